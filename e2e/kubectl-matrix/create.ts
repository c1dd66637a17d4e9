// Every generator of `create`, and `run` and `expose`.
import type { Group } from './case.ts';

export const create: Group = {
  name: 'create',
  cases: [
    {
      does: 'a namespace',
      command: 'create namespace {ns}-more',
      prints: 'namespace/{ns}-more created',
      leaves: {
        "get namespace {ns}-more -o 'jsonpath={.status.phase} {.metadata.labels}'":
          'Active {"kubernetes.io/metadata.name":"{ns}-more"}',
      },
    },
    {
      does: 'a config map',
      command: 'create configmap settings --from-literal=colour=blue --from-file=colours=pod.yaml --from-literal=a.b=c',
      prints: 'configmap/settings created',
      leaves: { "get configmap settings -o 'jsonpath={.data.colour} {.data.a\\.b}'": 'blue c' },
    },
    {
      does: 'a config map, once more',
      command: 'create configmap settings',
      complains: {
        '1.20': 'Error from server (AlreadyExists): configmaps "settings" already exists',
        '1.27': 'error: failed to create configmap: configmaps "settings" already exists',
      },
      code: 1,
    },
    {
      does: 'a config map, printed',
      command: 'create configmap printed --from-literal=colour=blue --dry-run=client -o yaml',
      prints: {
        '1.20': `
          apiVersion: v1
          data:
            colour: blue
          kind: ConfigMap
          metadata:
            creationTimestamp: null
            name: printed
        `,
        '1.35': `
          apiVersion: v1
          data:
            colour: blue
          kind: ConfigMap
          metadata:
            name: printed
        `,
      },
    },
    {
      does: 'a config map, tried',
      command: 'create configmap tried --from-literal=colour=blue --dry-run=server',
      prints: 'configmap/tried created (server dry run)',
      leaves: { 'get configmap tried --ignore-not-found': '' },
    },
    {
      does: 'a config map of a bad name',
      command: 'create configmap Bad_Name',
      complains: {
        '1.20': `The ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        '1.27': `error: failed to create configmap: ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      },
      code: 1,
    },
    {
      does: 'a secret',
      command: 'create secret generic password --from-literal=password=secret',
      prints: 'secret/password created',
      leaves: { "get secret password -o 'jsonpath={.type} {.data.password}'": 'Opaque c2VjcmV0' },
    },
    {
      does: 'a secret for a registry',
      command:
        'create secret docker-registry registry --docker-server=r.example --docker-username=u --docker-password=p',
      prints: 'secret/registry created',
      leaves: { "get secret registry -o 'jsonpath={.type}'": 'kubernetes.io/dockerconfigjson' },
    },
    {
      does: 'a deployment',
      command: 'create deployment web --image=berth/hello:1 --replicas=2 --port=8080',
      prints: 'deployment.apps/web created',
      leaves: {
        "get deployment web -o 'jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].ports[0].containerPort}'":
          '2 berth/hello:1 8080',
      },
    },
    {
      does: 'a deployment that runs a command',
      command: 'create deployment busy --image=berth/hello:1 -- sleep 60',
      prints: 'deployment.apps/busy created',
      leaves: { "get deployment busy -o 'jsonpath={.spec.template.spec.containers[0].command}'": '["sleep","60"]' },
    },
    {
      does: 'a service',
      command: 'create service clusterip web --tcp=80:8080',
      prints: 'service/web created',
      leaves: {
        "get service web -o 'jsonpath={.spec.type} {.spec.ports[0]} {.spec.selector}'":
          'ClusterIP {"name":"80-8080","port":80,"protocol":"TCP","targetPort":8080} {"app":"web"}',
      },
    },
    {
      does: 'a headless service',
      command: 'create service clusterip headless --clusterip=None',
      prints: 'service/headless created',
      leaves: { "get service headless -o 'jsonpath={.spec.clusterIP}'": 'None' },
    },
    {
      does: 'a service on the nodes',
      command: 'create service nodeport door --tcp=80',
      prints: 'service/door created',
      leaves: {
        'get service door': `
          NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
          door  NodePort  {ip}  <none>  80:{port}/TCP  {age}
        `,
      },
    },
    {
      does: 'a service on a port that nodes do not give',
      command: 'create service nodeport deep --tcp=80 --node-port=80',
      complains:
        'error: failed to create NodePort service: Service "deep" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
      code: 1,
    },
    {
      does: 'a service behind a load balancer',
      command: 'create service loadbalancer balanced --tcp=80',
      prints: 'service/balanced created',
      leaves: {
        'get service balanced': `
          NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
          balanced  LoadBalancer  {ip}  <pending>  80:{port}/TCP  {age}
        `,
      },
    },
    {
      does: 'a service elsewhere',
      command: 'create service externalname elsewhere --external-name=example.com',
      prints: 'service/elsewhere created',
      leaves: {
        'get service elsewhere': `
          NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
          elsewhere  ExternalName  <none>  example.com  <none>  {age}
        `,
      },
    },
    {
      does: 'a service with a port twice',
      command: 'create service clusterip twice --tcp=80 --tcp=80',
      complains:
        'error: failed to create ClusterIP service: Service "twice" is invalid: [spec.ports[1].name: Duplicate value: "80", spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}]',
      code: 1,
    },
    {
      does: 'a service account',
      command: 'create serviceaccount robot',
      prints: 'serviceaccount/robot created',
      leaves: {
        'get serviceaccount robot': `
          NAME  SECRETS  AGE
          robot  0  {age}
        `,
      },
    },
    {
      does: 'a token',
      command: "create token robot --duration=10m -o 'jsonpath={.kind}'",
      since: '1.27',
      prints: 'TokenRequest',
    },
    {
      does: 'a token of nobody',
      command: 'create token nobody',
      since: '1.27',
      complains: 'error: failed to create token: serviceaccounts "nobody" not found',
      code: 1,
    },
    {
      does: 'a role',
      command: 'create role reader --verb=get,list --resource=pods,deployments/scale --resource-name=web',
      prints: 'role.rbac.authorization.k8s.io/reader created',
      leaves: {
        "get role reader -o 'jsonpath={.rules}'":
          '[{"apiGroups":[""],"resourceNames":["web"],"resources":["pods"],"verbs":["get","list"]},{"apiGroups":["apps"],"resourceNames":["web"],"resources":["deployments/scale"],"verbs":["get","list"]}]',
      },
    },
    {
      does: 'a role binding',
      command: 'create rolebinding reader --role=reader --user=jane --serviceaccount={ns}:robot',
      prints: 'rolebinding.rbac.authorization.k8s.io/reader created',
      leaves: {
        'get rolebinding reader -o wide': `
          NAME  ROLE  AGE  USERS  GROUPS  SERVICEACCOUNTS
          reader  Role/reader  {age}  jane  {ns}/robot
        `,
      },
    },
    {
      does: 'a cluster role',
      command: 'create clusterrole {ns}-metrics --verb=get --non-resource-url=/metrics',
      prints: 'clusterrole.rbac.authorization.k8s.io/{ns}-metrics created',
    },
    {
      does: 'a cluster role of others',
      command: 'create clusterrole {ns}-all --aggregation-rule=part={ns}',
      prints: 'clusterrole.rbac.authorization.k8s.io/{ns}-all created',
    },
    {
      does: 'a cluster role binding',
      command: 'create clusterrolebinding {ns}-metrics --clusterrole={ns}-metrics --group=watchers',
      prints: 'clusterrolebinding.rbac.authorization.k8s.io/{ns}-metrics created',
      leaves: {
        'get clusterrolebinding {ns}-metrics -o wide': `
          NAME  ROLE  AGE  USERS  GROUPS  SERVICEACCOUNTS
          {ns}-metrics  ClusterRole/{ns}-metrics  {age}  watchers
        `,
      },
    },
    {
      does: 'a disruption budget',
      command: 'create poddisruptionbudget web --selector=app=web --min-available=1',
      since: '1.27',
      prints: 'poddisruptionbudget.policy/web created',
      leaves: {
        'get pdb web': `
          NAME  MIN AVAILABLE  MAX UNAVAILABLE  ALLOWED DISRUPTIONS  AGE
          web  1  N/A  1  {age}
        `,
      },
    },
    {
      does: 'a disruption budget in percent',
      command: 'create poddisruptionbudget half --selector=app=half --max-unavailable=50%',
      since: '1.27',
      prints: 'poddisruptionbudget.policy/half created',
      leaves: {
        'get pdb half': `
          NAME  MIN AVAILABLE  MAX UNAVAILABLE  ALLOWED DISRUPTIONS  AGE
          half  N/A  50%  0  {age}
        `,
      },
    },
    {
      does: 'a quota',
      command: 'create quota small --hard=secrets=2',
      prints: 'resourcequota/small created',
      leaves: {
        'get quota small': `
          NAME   REQUEST       LIMIT  AGE
          small  secrets: 2/2  {age}
        `,
      },
    },
    {
      does: 'more than the quota',
      command: 'create secret generic more',
      complains: {
        '1.20':
          'Error from server (Forbidden): secrets "more" is forbidden: exceeded quota: small, requested: secrets=1, used: secrets=2, limited: secrets=2',
        '1.27':
          'error: failed to create secret secrets "more" is forbidden: exceeded quota: small, requested: secrets=1, used: secrets=2, limited: secrets=2',
      },
      code: 1,
    },
    {
      does: 'a priority class',
      command: 'create priorityclass {ns}-high --value=10 --description=first',
      prints: 'priorityclass.scheduling.k8s.io/{ns}-high created',
      leaves: {
        'get priorityclass {ns}-high': `
          NAME  VALUE  GLOBAL-DEFAULT  AGE  PREEMPTIONPOLICY
          {ns}-high  10  false  {age}  PreemptLowerPriority
        `,
      },
    },
    {
      does: 'what is there already, tried',
      command: 'create -f web.yaml --dry-run=server',
      prints: 'configmap/web created (server dry run)',
      complains: `
        Error from server (AlreadyExists): error when creating "web.yaml": deployments.apps "web" already exists
        Error from server (AlreadyExists): error when creating "web.yaml": services "web" already exists
      `,
      code: 1,
    },
    {
      does: 'from standard input, saving what was said',
      command: 'create -f - --save-config',
      input: 'settings.yaml',
      replacing: ['settings', 'saved'],
      prints: 'configmap/saved created',
      leaves: {
        'apply view-last-applied configmap saved ': `
          apiVersion: v1
          data:
            colour: blue
            size: small
          kind: ConfigMap
          metadata:
            annotations: {}
            labels:
              app: web
            name: saved
            namespace: {ns}
        `,
      },
    },
    { does: 'with a generated name', command: 'create -f generated.yaml', prints: 'configmap/generated-{id} created' },
    {
      does: 'a pod',
      command: 'run one --image=berth/hello:1 --labels=app=one --env=COLOUR=blue --port=8080 --expose',
      prints: `
        service/one created
        pod/one created
      `,
      leaves: {
        "get pod one -o 'jsonpath={.spec.containers[0].env} {.metadata.labels}'":
          '[{"name":"COLOUR","value":"blue"}] {"app":"one"}',
        "get service one -o 'jsonpath={.spec.selector}'": '{"app":"one"}',
      },
    },
    {
      does: 'a pod with a program',
      command: 'run two --image=berth/hello:1 --restart=Never --command -- sleep 60',
      prints: 'pod/two created',
      leaves: {
        "get pod two -o 'jsonpath={.spec.containers[0].command} {.spec.restartPolicy}'": '["sleep","60"] Never',
      },
    },
    {
      does: 'a pod, tried',
      command: 'run three --image=berth/hello:1 --dry-run=server',
      prints: 'pod/three created (server dry run)',
    },
    {
      does: 'a service for a deployment',
      command: 'expose deployment web --name=exposed --port=80 --target-port=8080 --type=NodePort',
      prints: 'service/exposed exposed',
      leaves: { "get service exposed -o 'jsonpath={.spec.type} {.spec.selector}'": 'NodePort {"app":"web"}' },
    },
    {
      does: 'a service for a service',
      command: 'expose service web --name=again --port=81',
      prints: 'service/again exposed',
      leaves: { "get service again -o 'jsonpath={.spec.selector} {.spec.ports[0].targetPort}'": '{"app":"web"} 81' },
    },
    {
      does: 'a field that there is not',
      command: 'create -f typo.yaml',
      complains: {
        '1.20':
          'error: error validating "typo.yaml": error validating data: ValidationError(Pod.spec): unknown field "nodeNam" in io.k8s.api.core.v1.PodSpec; if you choose to ignore these errors, turn validation off with --validate=false',
        '1.27':
          'Error from server (BadRequest): error when creating "typo.yaml": Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.nodeNam"',
      },
      code: 1,
    },
    {
      does: 'a field that there is not, warned',
      command: 'create -f typo.yaml --validate=warn --dry-run=server',
      since: '1.27',
      prints: 'pod/typo created (server dry run)',
      complains: 'Warning: unknown field "spec.nodeNam"',
    },
    {
      does: 'a field that there is not, ignored',
      command: 'create -f typo.yaml --validate=ignore --dry-run=server',
      since: '1.27',
      prints: 'pod/typo created (server dry run)',
    },
    {
      does: 'a field that there is not, not looked at',
      command: 'create -f typo.yaml --validate=false --dry-run=server',
      prints: 'pod/typo created (server dry run)',
      complains: { '1.20': 'Warning: unknown field "spec.nodeNam"', '1.27': '' },
    },
    {
      does: 'what is wrong',
      command: 'create -f wrong.yaml',
      complains: `
        The Pod "Wrong_Name" is invalid:
        * metadata.name: Invalid value: "Wrong_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
        * spec.containers[0].image: Required value
        * spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"
      `,
      code: 1,
    },
    {
      does: 'a kind that there is not',
      command: 'create ingress web --rule=berth.example/*=web:80',
      complains: 'error: failed to create ingress: the server could not find the requested resource',
      code: 1,
    },
  ],
};
