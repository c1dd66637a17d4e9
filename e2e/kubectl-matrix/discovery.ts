// What the API says of itself: versions, kinds, their fields, and what completes a command.
import type { Group } from './case.ts';

export const discovery: Group = {
  name: 'discovery',
  cases: [
    {
      does: 'version',
      command: 'version -o json',
      contains: `
        "serverVersion": {
        "major": "1",
        "minor": "32",
      `,
      complains: {
        '1.20': '',
        '1.27':
          'WARNING: version difference between client (1.27) and server (1.32) exceeds the supported minor version skew of +/-1',
        '1.31': '',
        '1.35':
          'Warning: version difference between client (1.35) and server (1.32) exceeds the supported minor version skew of +/-1',
      },
    },
    {
      does: 'api-versions',
      command: 'api-versions',
      contains: `
        apps/v1
        authorization.k8s.io/v1
        certificates.k8s.io/v1
        coordination.k8s.io/v1
        discovery.k8s.io/v1
        policy/v1
        rbac.authorization.k8s.io/v1
        v1
      `,
    },
    {
      does: 'api-resources',
      command: 'api-resources --namespaced=false',
      contains: `
        NAME SHORTNAMES APIVERSION NAMESPACED KIND
        namespaces ns v1 false Namespace
        nodes no v1 false Node
        selfsubjectreviews authentication.k8s.io/v1 false SelfSubjectReview
        tokenreviews authentication.k8s.io/v1 false TokenReview
        selfsubjectaccessreviews authorization.k8s.io/v1 false SelfSubjectAccessReview
        selfsubjectrulesreviews authorization.k8s.io/v1 false SelfSubjectRulesReview
        subjectaccessreviews authorization.k8s.io/v1 false SubjectAccessReview
        certificatesigningrequests csr certificates.k8s.io/v1 false CertificateSigningRequest
        clusterrolebindings rbac.authorization.k8s.io/v1 false ClusterRoleBinding
        clusterroles rbac.authorization.k8s.io/v1 false ClusterRole
        priorityclasses pc scheduling.k8s.io/v1 false PriorityClass
      `,
    },
    {
      does: 'api-resources of a group, with verbs',
      command: 'api-resources --api-group=apps -o wide',
      prints: {
        '1.20': `
          NAME  SHORTNAMES  APIVERSION  NAMESPACED  KIND  VERBS
          controllerrevisions  apps/v1  true  ControllerRevision  [create delete deletecollection get list patch update watch]
          daemonsets  ds  apps/v1  true  DaemonSet  [create delete deletecollection get list patch update watch]
          deployments  deploy  apps/v1  true  Deployment  [create delete deletecollection get list patch update watch]
          replicasets  rs  apps/v1  true  ReplicaSet  [create delete deletecollection get list patch update watch]
        `,
        '1.27': `
          NAME  SHORTNAMES  APIVERSION  NAMESPACED  KIND  VERBS  CATEGORIES
          controllerrevisions  apps/v1  true  ControllerRevision  create,delete,deletecollection,get,list,patch,update,watch
          daemonsets  ds  apps/v1  true  DaemonSet  create,delete,deletecollection,get,list,patch,update,watch  all
          deployments  deploy  apps/v1  true  Deployment  create,delete,deletecollection,get,list,patch,update,watch  all
          replicasets  rs  apps/v1  true  ReplicaSet  create,delete,deletecollection,get,list,patch,update,watch  all
        `,
      },
    },
    {
      does: 'api-resources by name',
      command: 'api-resources --namespaced --api-group=policy -o name',
      prints: 'poddisruptionbudgets.policy',
    },
    {
      does: 'api-resources that can be listed and watched',
      command: 'api-resources --verbs=list,watch --api-group=apps -o name',
      prints: `
        controllerrevisions.apps
        daemonsets.apps
        deployments.apps
        replicasets.apps
      `,
    },
    {
      does: 'cluster-info',
      command: 'cluster-info',
      prints: `
        Kubernetes control plane is running at https://127.0.0.1:{version}
        To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.
      `,
    },
    {
      does: 'explain a kind',
      command: 'explain svc',
      contains: `
        KIND: Service
        VERSION: v1
        DESCRIPTION:
        A stable name and address for a changing set of pods.
        FIELDS:
        apiVersion <string>
        APIVersion defines the group and version of the API, such as apps/v1.
        kind <string>
        The kind of the object, in CamelCase.
        Standard object's metadata: name, namespace, labels and the like.
        What is wanted.
        What is, as the cluster last saw it. Written by the cluster, not by users.
      `,
    },
    {
      does: 'explain a field',
      command: 'explain pod.spec.containers.resources',
      contains: `
        KIND: Pod
        VERSION: v1
        DESCRIPTION:
        How much CPU and memory it is promised and may take.
        How much is promised, and how much may be taken.
        FIELDS:
        Devices of the pod's resourceClaims that are used here.
        limits <map[string]string>
        The most that may be taken.
        requests <map[string]string>
        What is promised; the scheduler sets it aside. The limits where nothing is
        said.
      `,
    },
    {
      does: 'explain a field with few values',
      command: 'explain service.spec.type',
      contains: `
        KIND: Service
        VERSION: v1
        FIELD: type <string>
        DESCRIPTION:
        ClusterIP, NodePort, LoadBalancer or ExternalName. ClusterIP where nothing
        is said.
      `,
    },
    {
      does: 'explain all the way down',
      command: 'explain rolebinding --recursive',
      contains: `
        KIND: RoleBinding
        DESCRIPTION:
        Gives the rights of a role, within a namespace.
        FIELDS:
        apiVersion <string>
        kind <string>
        annotations <map[string]string>
        creationTimestamp <string>
        deletionGracePeriodSeconds <integer>
        deletionTimestamp <string>
        finalizers <[]string>
        generateName <string>
        generation <integer>
        labels <map[string]string>
        apiVersion <string>
        fieldsType <string>
        manager <string>
        operation <string>
        subresource <string>
        time <string>
        name <string>
        namespace <string>
        blockOwnerDeletion <boolean>
        controller <boolean>
        resourceVersion <string>
        selfLink <string>
        uid <string>
        apiGroup <string>
        namespace <string>
      `,
    },
    {
      does: 'explain a list of objects',
      command: 'explain rolebinding.subjects',
      contains: `
        KIND: RoleBinding
        DESCRIPTION:
        Who gets them.
        Who gets rights.
        FIELDS:
        apiGroup <string>
        rbac.authorization.k8s.io for users and groups.
        kind <string> -required-
        User, Group or ServiceAccount.
        name <string> -required-
        The name.
        namespace <string>
        Of a service account.
      `,
    },
    {
      does: 'explain from OpenAPI v2',
      command: 'explain rolebinding.subjects --output=plaintext-openapiv2',
      since: '1.27',
      contains: `
        KIND: RoleBinding
        VERSION: rbac.authorization.k8s.io/v1
        RESOURCE: subjects <[]Object>
        DESCRIPTION:
        Who gets them.
        Who gets rights.
        FIELDS:
        apiGroup <string>
        rbac.authorization.k8s.io for users and groups.
        kind <string> -required-
        User, Group or ServiceAccount.
        name <string> -required-
        The name.
        namespace <string>
        Of a service account.
      `,
    },
    {
      does: 'explain what there is not',
      command: 'explain pod.spec.colour',
      prints: {
        '1.20': '',
        '1.27': `
          KIND:  Pod
          VERSION:  v1
        `,
      },
      complains: 'error: field "colour" does not exist',
      code: 1,
    },
    {
      does: 'explain a kind that there is not',
      command: 'explain tree',
      complains: `the server doesn't have a resource type "tree"`,
      code: 1,
    },
    {
      does: 'explain another version',
      command: 'explain deployment --api-version=apps/v1',
      contains: `
        KIND: Deployment
        DESCRIPTION:
        Keeps a number of equal pods running and replaces them step by step when
        their template changes.
        FIELDS:
        apiVersion <string>
        APIVersion defines the group and version of the API, such as apps/v1.
        kind <string>
        The kind of the object, in CamelCase.
        The object's name, namespace, labels and annotations.
        What is wanted.
        What is, as the cluster last saw it. Written by the cluster, not by users.
      `,
    },
    {
      does: 'complete the names of resources',
      command: '__complete get deploymen',
      since: '1.27',
      prints: `
        deployments.apps
        :4
      `,
      complains: 'Completion ended with directive: ShellCompDirectiveNoFileComp',
    },
    {
      does: 'complete the names of objects',
      command: '__complete get namespaces kube-',
      since: '1.27',
      prints: `
        kube-node-lease
        kube-public
        kube-system
        :4
      `,
      complains: 'Completion ended with directive: ShellCompDirectiveNoFileComp',
    },
    { does: 'raw paths', command: 'get --raw /livez', prints: 'ok' },
    {
      does: 'raw, what there is not',
      command: 'get --raw /api/v1/trees',
      complains: 'Error from server (NotFound): the server could not find the requested resource',
      code: 1,
    },
    { does: 'config', command: "config view --minify -o 'jsonpath={.contexts[0].context.namespace}'", prints: '{ns}' },
  ],
};
