// All that `get` can print, and how it is told what to print.
import type { Group } from './case.ts';

export const get: Group = {
  name: 'get',
  cases: [
    { does: 'makes what is looked at', command: 'apply -f web.yaml -f pod.yaml -f rc.yaml -f limits.yaml' },
    { does: 'waits for it', command: 'wait --for=condition=Ready pod --all --timeout=30s' },
    {
      does: 'a pod',
      command: 'get pod plain',
      prints: `
        NAME  READY  STATUS  RESTARTS  AGE
        plain  1/1  Running  0  {age}
      `,
    },
    {
      does: 'a pod, wide',
      command: 'get pod plain -o wide',
      prints: `
        NAME  READY  STATUS  RESTARTS  AGE  IP  NODE  NOMINATED NODE  READINESS GATES
        plain  1/1  Running  0  {age}  {ip}  {node}  <none>  <none>
      `,
    },
    {
      does: 'pods by label',
      command: 'get pods -l app=plain --show-labels',
      prints: `
        NAME  READY  STATUS  RESTARTS  AGE  LABELS
        plain  1/1  Running  0  {age}  app=plain,tier=front
      `,
    },
    {
      does: 'labels as columns',
      command: 'get pods -L app,tier --no-headers -l tier',
      prints: 'plain  1/1  Running  0  {age}  plain  front',
    },
    {
      does: 'pods by several labels',
      command: "get pods -l 'app in (plain,web),!pod-template-hash' -o name",
      prints: 'pod/plain',
    },
    {
      does: 'pods by field',
      command: 'get pods --field-selector=status.phase=Running,metadata.name!=plain -l tier',
      prints: '',
      complains: 'No resources found in {ns} namespace.',
    },
    {
      does: 'pods by a field that there is not',
      command: 'get pods --field-selector=spec.colour=red',
      complains:
        'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.colour=red": field label not supported: spec.colour',
      code: 1,
    },
    {
      does: 'pods by a bad selector',
      command: "get pods -l 'app=a=b'",
      complains: `Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "app=a=b", field selector "": found '=', expected: ',' or 'end of string'`,
      code: 1,
    },
    {
      does: 'everything',
      command: 'get all',
      prints: `
        NAME  READY  STATUS  RESTARTS  AGE
        pod/old-{id}  1/1  Running  0  {age}
        pod/plain  1/1  Running  0  {age}
        pod/web-{hash}-{id}  1/1  Running  0  {age}
        NAME  DESIRED  CURRENT  READY  AGE
        replicationcontroller/old  1  1  1  {age}
        NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
        service/web  ClusterIP  {ip}  <none>  80/TCP  {age}
        NAME  READY  UP-TO-DATE  AVAILABLE  AGE
        deployment.apps/web  1/1  1  1  {age}
        NAME  DESIRED  CURRENT  READY  AGE
        replicaset.apps/web-{hash}  1  1  1  {age}
      `,
    },
    {
      does: 'several kinds',
      command: 'get configmap,service',
      prints: `
        NAME  DATA  AGE
        configmap/kube-root-ca.crt  1  {age}
        configmap/web  2  {age}
        NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
        service/web  ClusterIP  {ip}  <none>  80/TCP  {age}
      `,
    },
    {
      does: 'several objects',
      command: 'get configmap/web service/web',
      prints: `
        NAME  DATA  AGE
        configmap/web  2  {age}
        NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
        service/web  ClusterIP  {ip}  <none>  80/TCP  {age}
      `,
    },
    {
      does: 'the other kinds',
      command: 'get limitrange,serviceaccount,endpoints',
      prints: `
        NAME  CREATED AT
        limitrange/limits  {time}
        NAME  SECRETS  AGE
        serviceaccount/default  0  {age}
        NAME  ENDPOINTS  AGE
        endpoints/web  {ip}:8080  {age}
      `,
    },
    {
      does: 'slices',
      command: 'get endpointslices',
      prints: `
        NAME  ADDRESSTYPE  PORTS  ENDPOINTS  AGE
        web-{id}  IPv4  8080  {ip}  {age}
      `,
    },
    {
      does: 'nodes',
      command: 'get node node-1',
      prints: `
        NAME  STATUS  ROLES  AGE  VERSION
        {node}  Ready  simulated  {age}  v1.32.0
      `,
    },
    {
      does: 'nodes, wide',
      command: 'get node node-1 -o wide',
      prints: `
        NAME  STATUS  ROLES  AGE  VERSION  INTERNAL-IP  EXTERNAL-IP  OS-IMAGE  KERNEL-VERSION  CONTAINER-RUNTIME
        {node}  Ready  simulated  {age}  v1.32.0  127.0.0.1  <none>  {any}  simulated://1.0
      `,
    },
    {
      does: 'leases',
      command: 'get lease -n kube-node-lease node-1',
      prints: `
        NAME  HOLDER  AGE
        {node}  {node}  {age}
      `,
    },
    {
      does: 'cluster roles',
      command: 'get clusterrole view',
      prints: `
        NAME  CREATED AT
        view  {time}
      `,
    },
    {
      does: 'YAML',
      command: 'get configmap web -o yaml',
      prints: {
        '1.20': `
          apiVersion: v1
          data:
            colour: blue
            size: small
          kind: ConfigMap
          metadata:
            annotations:
              kubectl.kubernetes.io/last-applied-configuration: |
                {"apiVersion":"v1","data":{"colour":"blue","size":"small"},"kind":"ConfigMap","metadata":{"annotations":{},"labels":{"app":"web"},"name":"web","namespace":"{ns}"}}
            creationTimestamp: "{time}"
            labels:
              app: web
            managedFields:
            - apiVersion: v1
              fieldsType: FieldsV1
              fieldsV1:
                f:data:
                  .: {}
                  f:colour: {}
                  f:size: {}
                f:metadata:
                  f:annotations:
                    .: {}
                    f:kubectl.kubernetes.io/last-applied-configuration: {}
                  f:labels:
                    .: {}
                    f:app: {}
              manager: kubectl-client-side-apply
              operation: Update
              time: "{time}"
            name: web
            namespace: {ns}
            resourceVersion: "{version}"
            uid: {uid}
        `,
        '1.27': `
          apiVersion: v1
          data:
            colour: blue
            size: small
          kind: ConfigMap
          metadata:
            annotations:
              kubectl.kubernetes.io/last-applied-configuration: |
                {"apiVersion":"v1","data":{"colour":"blue","size":"small"},"kind":"ConfigMap","metadata":{"annotations":{},"labels":{"app":"web"},"name":"web","namespace":"{ns}"}}
            creationTimestamp: "{time}"
            labels:
              app: web
            name: web
            namespace: {ns}
            resourceVersion: "{version}"
            uid: {uid}
        `,
      },
    },
    {
      does: 'JSON',
      command: 'get configmap web -o json',
      prints: {
        '1.20': `
          {
              "apiVersion": "v1",
              "data": {
                  "colour": "blue",
                  "size": "small"
              },
              "kind": "ConfigMap",
              "metadata": {
                  "annotations": {
                      "kubectl.kubernetes.io/last-applied-configuration": "{\\"apiVersion\\":\\"v1\\",\\"data\\":{\\"colour\\":\\"blue\\",\\"size\\":\\"small\\"},\\"kind\\":\\"ConfigMap\\",\\"metadata\\":{\\"annotations\\":{},\\"labels\\":{\\"app\\":\\"web\\"},\\"name\\":\\"web\\",\\"namespace\\":\\"{ns}\\"}}\\n"
                  },
                  "creationTimestamp": "{time}",
                  "labels": {
                      "app": "web"
                  },
                  "managedFields": [
                      {
                          "apiVersion": "v1",
                          "fieldsType": "FieldsV1",
                          "fieldsV1": {
                              "f:data": {
                                  ".": {},
                                  "f:colour": {},
                                  "f:size": {}
                              },
                              "f:metadata": {
                                  "f:annotations": {
                                      ".": {},
                                      "f:kubectl.kubernetes.io/last-applied-configuration": {}
                                  },
                                  "f:labels": {
                                      ".": {},
                                      "f:app": {}
                                  }
                              }
                          },
                          "manager": "kubectl-client-side-apply",
                          "operation": "Update",
                          "time": "{time}"
                      }
                  ],
                  "name": "web",
                  "namespace": "{ns}",
                  "resourceVersion": "{version}",
                  "uid": "{uid}"
              }
          }
        `,
        '1.27': `
          {
              "apiVersion": "v1",
              "data": {
                  "colour": "blue",
                  "size": "small"
              },
              "kind": "ConfigMap",
              "metadata": {
                  "annotations": {
                      "kubectl.kubernetes.io/last-applied-configuration": "{\\"apiVersion\\":\\"v1\\",\\"data\\":{\\"colour\\":\\"blue\\",\\"size\\":\\"small\\"},\\"kind\\":\\"ConfigMap\\",\\"metadata\\":{\\"annotations\\":{},\\"labels\\":{\\"app\\":\\"web\\"},\\"name\\":\\"web\\",\\"namespace\\":\\"{ns}\\"}}\\n"
                  },
                  "creationTimestamp": "{time}",
                  "labels": {
                      "app": "web"
                  },
                  "name": "web",
                  "namespace": "{ns}",
                  "resourceVersion": "{version}",
                  "uid": "{uid}"
              }
          }
        `,
      },
    },
    {
      does: 'a list in JSON',
      command: "get configmap -l app=web -o 'jsonpath={.kind} {.apiVersion} {.items[*].kind}'",
      prints: 'List v1 ConfigMap',
    },
    {
      does: 'names',
      command: 'get pods,services -o name -l app=web',
      prints: `
        pod/web-{hash}-{id}
        service/web
      `,
    },
    {
      does: 'a JSON path',
      command: `get pods -l app=plain -o 'jsonpath={range .items[*]}{.metadata.name}{"="}{.spec.containers[*].image}{"\\n"}{end}'`,
      prints: 'plain=berth/hello:1',
    },
    {
      does: 'a JSON path with a filter',
      command: `get node node-1 -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'`,
      prints: 'True',
    },
    {
      does: 'a Go template',
      command: "get pods -l app=plain -o 'go-template={{range .items}}{{.metadata.name}} {{.status.phase}}{{end}}'",
      prints: 'plain Running',
    },
    {
      does: 'columns of one’s own',
      command:
        'get pods -l app=plain -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image,NONE:.spec.nothing',
      prints: `
        NAME  IMAGE  NONE
        plain  berth/hello:1  <none>
      `,
    },
    {
      does: 'sorted',
      command: 'get configmap,service -l app=web --sort-by=.metadata.creationTimestamp -o name',
      prints: `
        configmap/web
        service/web
      `,
    },
    {
      does: 'sorted, as a table',
      command: 'get services --sort-by=.spec.clusterIP',
      prints: `
        NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
        web  ClusterIP  {ip}  <none>  80/TCP  {age}
      `,
    },
    {
      does: 'all, in chunks',
      command:
        "get clusterroles --chunk-size=2 -l kubernetes.io/bootstrapping=rbac-defaults -o 'jsonpath={.items[0].metadata.name} {.items[3].metadata.name}'",
      prints: 'admin cluster-admin',
    },
    {
      does: 'all namespaces',
      command: 'get services -A --field-selector=metadata.namespace=default',
      prints: `
        NAMESPACE  NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
        default  kubernetes  ClusterIP  {ip}  <none>  443/TCP  {age}
      `,
    },
    {
      does: 'a scale',
      command: 'get deployment web --subresource=scale',
      since: '1.27',
      prints: `
        NAME  DESIRED  AVAILABLE  AGE
        web  1  1  {age}
      `,
    },
    {
      does: 'a scale, in YAML',
      command: 'get replicationcontroller old --subresource=scale -o yaml',
      since: '1.27',
      prints: `
        apiVersion: autoscaling/v1
        kind: Scale
        metadata:
          creationTimestamp: "{time}"
          name: old
          namespace: {ns}
          resourceVersion: "{version}"
          uid: {uid}
        spec:
          replicas: 1
        status:
          replicas: 1
          selector: app=old
      `,
    },
    {
      does: 'a status',
      command: "get pod plain --subresource=status -o 'jsonpath={.status.phase}'",
      since: '1.27',
      prints: 'Running',
    },
    {
      does: 'nothing',
      command: 'get pods -l app=nothing',
      prints: '',
      complains: 'No resources found in {ns} namespace.',
    },
    { does: 'nothing, quietly', command: 'get pod nothing --ignore-not-found', prints: '' },
    {
      does: 'what is not there',
      command: 'get pod nothing',
      complains: 'Error from server (NotFound): pods "nothing" not found',
      code: 1,
    },
    {
      does: 'several that are not there',
      command: 'get pod/nothing service/nowhere',
      complains: `
        Error from server (NotFound): pods "nothing" not found
        Error from server (NotFound): services "nowhere" not found
      `,
      code: 1,
    },
    {
      does: 'a kind that there is not',
      command: 'get trees',
      complains: `error: the server doesn't have a resource type "trees"`,
      code: 1,
    },
    {
      does: 'a namespace that there is not',
      command: 'get pods -n nowhere',
      prints: '',
      complains: 'No resources found in nowhere namespace.',
    },
    {
      does: 'a table from the server, off',
      command: 'get configmap web --server-print=false',
      prints: `
        NAME  AGE
        web  {age}
      `,
    },
    {
      does: 'events',
      command: 'get events --field-selector=involvedObject.name=plain,reason=Scheduled',
      prints: `
        LAST SEEN  TYPE  REASON  OBJECT  MESSAGE
        {age}  Normal  Scheduled  pod/plain  Successfully assigned {ns}/plain to {node}
      `,
    },
    {
      does: 'events of one',
      command: 'events --for pod/plain',
      since: '1.27',
      contains: '{age}  Normal  Started  Pod/plain  Started container main',
    },
    {
      does: 'events of no kind',
      command: 'events --types=Warning',
      since: '1.27',
      prints: '',
      complains: 'No events found in {ns} namespace.',
    },
    {
      does: 'a watch that ends',
      command: 'get configmap web -w --request-timeout=1s',
      prints: `
        NAME  DATA  AGE
        web  2  {age}
      `,
    },
    { does: 'only what changes', command: 'get configmap web --watch-only --request-timeout=1s', prints: '' },
    {
      does: 'a watch with its events',
      command: 'get configmap web -w --output-watch-events --request-timeout=1s',
      prints: `
        EVENT  NAME  DATA  AGE
        ADDED  web  2  {age}
      `,
    },
    {
      does: 'logs of nobody',
      command: 'logs nothing',
      complains: {
        '1.20': 'Error from server (NotFound): pods "nothing" not found',
        '1.31': 'error: error from server (NotFound): pods "nothing" not found in namespace "{ns}"',
      },
      code: 1,
    },
  ],
};
