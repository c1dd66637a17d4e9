// Who may do what, who somebody is, and certificates.
import type { Group } from './case.ts';

export const auth: Group = {
  name: 'auth',
  cases: [
    { does: 'makes a role', command: 'create role reader --verb=get,list --resource=pods --resource-name=web' },
    { does: 'binds it', command: 'create rolebinding reader --role=reader --user=jane' },
    { does: 'makes a cluster role', command: 'create clusterrole {ns} --verb=get --non-resource-url=/metrics' },
    { does: 'binds it everywhere', command: 'create clusterrolebinding {ns} --clusterrole={ns} --group=watchers' },
    { does: 'can-i', command: 'auth can-i create deployments.apps', prints: 'yes' },
    { does: 'can-i, as somebody', command: 'auth can-i create deployments --as=jane', prints: 'no', code: 1 },
    { does: 'can-i, by a role', command: 'auth can-i get pods/web --as=jane', prints: 'yes' },
    {
      does: 'can-i, of a subresource',
      command: 'auth can-i update deployments.apps --subresource=scale --as=jane',
      prints: 'no',
      code: 1,
    },
    { does: 'can-i, of a path', command: 'auth can-i get /metrics --as=joe --as-group=watchers', prints: 'yes' },
    {
      does: 'can-i, a verb that there is not',
      command: 'auth can-i fly pods --as=jane',
      prints: 'no',
      complains: "Warning: verb 'fly' is not a known verb",
      code: 1,
    },
    {
      does: 'can-i, listed',
      command: 'auth can-i --list --as=jane',
      contains: `
        Resources  Non-Resource URLs  Resource Names  Verbs
        selfsubjectaccessreviews.authorization.k8s.io  []  []  [create]
        pods  []  [web]  [get list]
        [/api]  []  [get]
      `,
    },
    {
      does: 'whoami',
      command: 'auth whoami',
      since: '1.31',
      prints: `
        ATTRIBUTE  VALUE
        Username  kubernetes-admin
        Groups  [system:masters system:authenticated]
      `,
    },
    {
      does: 'whoami, as somebody',
      command: 'auth whoami --as=jane --as-group=a --as-group=b',
      since: '1.31',
      prints: `
        ATTRIBUTE  VALUE
        Username  jane
        Groups  [a b system:authenticated]
      `,
    },
    {
      does: 'whoami of an older version',
      command: 'auth whoami',
      since: '1.27',
      until: '1.31',
      complains: `
        error: the selfsubjectreviews API is not enabled in the cluster
        enable APISelfSubjectReview feature gate and authentication.k8s.io/v1alpha1 or authentication.k8s.io/v1beta1 API
      `,
      code: 1,
    },
    {
      does: 'reconcile',
      command: 'auth reconcile -f -',
      input: 'roles.yaml',
      replacing: ['NAMESPACE', '{ns}'],
      prints: `
        role.rbac.authorization.k8s.io/reconciled reconciled
        rolebinding.rbac.authorization.k8s.io/reconciled reconciled
      `,
      complains: `
          reconciliation required create
          missing rules added:
            {Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}
          reconciliation required create
          missing subjects added:
            {Kind:User APIGroup:rbac.authorization.k8s.io Name:jane Namespace:}
      `,
    },
    {
      does: 'reconcile again',
      command: 'auth reconcile -f -',
      input: 'roles.yaml',
      replacing: ['NAMESPACE', '{ns}'],
      prints: `
        role.rbac.authorization.k8s.io/reconciled reconciled
        rolebinding.rbac.authorization.k8s.io/reconciled reconciled
      `,
    },
    {
      does: 'reconcile with more',
      command: 'auth reconcile -f -',
      input: 'roles-changed.yaml',
      replacing: ['NAMESPACE', '{ns}'],
      prints: `
        role.rbac.authorization.k8s.io/reconciled reconciled
        rolebinding.rbac.authorization.k8s.io/reconciled reconciled
      `,
      complains: `
          reconciliation required update
          missing rules added:
            {Verbs:[list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}
          reconciliation required update
          missing subjects added:
            {Kind:User APIGroup:rbac.authorization.k8s.io Name:joe Namespace:}
      `,
    },
    {
      does: 'reconcile with less',
      command: 'auth reconcile -f - --remove-extra-permissions --remove-extra-subjects',
      input: 'roles.yaml',
      replacing: ['NAMESPACE', '{ns}'],
      prints: `
        role.rbac.authorization.k8s.io/reconciled reconciled
        rolebinding.rbac.authorization.k8s.io/reconciled reconciled
      `,
      complains: `
          reconciliation required update
          extra rules removed:
            {Verbs:[list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}
          reconciliation required update
          extra subjects removed:
            {Kind:User APIGroup:rbac.authorization.k8s.io Name:joe Namespace:}
      `,
    },
    {
      does: 'a request for a certificate',
      command: 'create -f -',
      input: 'csr.yaml',
      replacing: ['NAME', '{ns}'],
      prints: 'certificatesigningrequest.certificates.k8s.io/{ns} created',
      leaves: {
        'get csr {ns}': `
          NAME  AGE  SIGNERNAME  REQUESTOR  REQUESTEDDURATION  CONDITION
          {ns}  {age}  kubernetes.io/kube-apiserver-client  kubernetes-admin  <none>  Pending
        `,
      },
    },
    {
      does: 'certificate approve',
      command: 'certificate approve {ns}',
      prints: 'certificatesigningrequest.certificates.k8s.io/{ns} approved',
      leaves: {
        'get csr {ns}': `
          NAME  AGE  SIGNERNAME  REQUESTOR  REQUESTEDDURATION  CONDITION
          {ns}  {age}  kubernetes.io/kube-apiserver-client  kubernetes-admin  <none>  Approved,Issued
        `,
        "get csr {ns} -o 'jsonpath={.status.conditions[*].type}'": 'Approved',
      },
    },
    { does: 'a request for another', command: 'create -f -', input: 'csr.yaml', replacing: ['NAME', '{ns}-2'] },
    {
      does: 'certificate deny',
      command: 'certificate deny {ns}-2',
      prints: 'certificatesigningrequest.certificates.k8s.io/{ns}-2 denied',
      leaves: {
        'get csr {ns}-2': `
          NAME  AGE  SIGNERNAME  REQUESTOR  REQUESTEDDURATION  CONDITION
          {ns}-2  {age}  kubernetes.io/kube-apiserver-client  kubernetes-admin  <none>  Denied
        `,
      },
    },
    {
      does: 'certificate approve of what is not there',
      command: 'certificate approve nothing',
      complains: 'Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "nothing" not found',
      code: 1,
    },
    {
      does: 'describe of a request',
      command: 'describe csr {ns}-2',
      prints: `
        Name:  {ns}-2
        Labels:  <none>
        Annotations:  <none>
        CreationTimestamp:  {date}
        Requesting User:  kubernetes-admin
        Signer:  kubernetes.io/kube-apiserver-client
        Status:  Denied
        Subject:
                 Common Name:  jane
                 Serial Number:
        Events:  <none>
      `,
    },
    {
      does: 'a refusal',
      command: 'get secrets --as=jane',
      complains:
        'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "{ns}"',
      code: 1,
    },
    {
      does: 'a refusal of one object',
      command: 'delete pod web --as=jane',
      complains:
        'Error from server (Forbidden): pods "web" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "{ns}"',
      code: 1,
    },
    {
      does: 'a refusal of the cluster',
      command: 'get nodes --as=jane',
      complains:
        'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
      code: 1,
    },
    {
      does: 'a service account',
      command: 'get configmaps --as=system:serviceaccount:{ns}:robot',
      complains:
        'Error from server (Forbidden): configmaps is forbidden: User "system:serviceaccount:{ns}:robot" cannot list resource "configmaps" in API group "" in the namespace "{ns}"',
      code: 1,
    },
    {
      does: 'nobody',
      command: 'get --raw /apis --as=system:anonymous',
      complains: 'Error from server (Forbidden): forbidden: User "system:anonymous" cannot get path "/apis"',
      code: 1,
    },
    {
      does: 'more than one has',
      command: 'create role wide --verb=* --resource=secrets --as=jane',
      complains:
        'Error from server (Forbidden): roles.rbac.authorization.k8s.io is forbidden: User "jane" cannot create resource "roles" in API group "rbac.authorization.k8s.io" in the namespace "{ns}"',
      code: 1,
    },
  ],
};
