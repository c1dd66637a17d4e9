// A daemon set: its rollouts, what a drain makes of its pods, and the dump of a cluster, which asks for such sets.
import type { Group } from './case.ts';

const template = (more: string) => `
  daemonset.apps/log with revision #1
  Pod Template:
    Labels:  app=log
    Containers:
     main:
      Image:  berth/hello:1
      Port:  <none>
      Host Port:  <none>
      Environment:  <none>
      Mounts:  <none>
    Volumes:  <none>
    ${more}
`;

export const daemons: Group = {
  name: 'daemons',
  cases: [
    {
      does: 'apply',
      command: 'apply -f -',
      input: 'daemon.yaml',
      replacing: ['NODE', '{node}'],
      prints: 'daemonset.apps/log created',
    },
    {
      does: 'status',
      command: 'rollout status daemonset/log --timeout=30s',
      contains: 'daemon set "log" successfully rolled out',
    },
    {
      does: 'get by its short name',
      command: 'get ds',
      prints: `
        NAME  DESIRED  CURRENT  READY  UP-TO-DATE  AVAILABLE  NODE SELECTOR  AGE
        log  1  1  1  1  1  kubernetes.io/hostname={node}  {age}
      `,
    },
    {
      does: 'get with more columns',
      command: 'get ds log -o wide',
      prints: `
        NAME  DESIRED  CURRENT  READY  UP-TO-DATE  AVAILABLE  NODE SELECTOR  AGE  CONTAINERS  IMAGES  SELECTOR
        log  1  1  1  1  1  kubernetes.io/hostname={node}  {age}  main  berth/hello:1  app=log
      `,
    },
    {
      does: 'get of everything',
      command: 'get all',
      prints: `
        NAME  READY  STATUS  RESTARTS  AGE
        pod/log-{id}  1/1  Running  0  {age}
        NAME  DESIRED  CURRENT  READY  UP-TO-DATE  AVAILABLE  NODE SELECTOR  AGE
        daemonset.apps/log  1  1  1  1  1  kubernetes.io/hostname={node}  {age}
      `,
    },
    {
      does: 'describe',
      command: 'describe ds log',
      contains: `
        Name: log
        Selector: app=log
        Node-Selector: kubernetes.io/hostname={node}
        Annotations: deprecated.daemonset.template.generation: 1
        Desired Number of Nodes Scheduled: 1
        Current Number of Nodes Scheduled: 1
        Number of Nodes Scheduled with Up-to-date Pods: 1
        Number of Nodes Scheduled with Available Pods: 1
        Number of Nodes Misscheduled: 0
        Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed
        Normal SuccessfulCreate {age} daemonset-controller Created pod: log-{id}
      `,
    },
    { does: 'logs', command: 'logs ds/log', prints: 'This node is simulated: no program runs here.' },
    {
      does: 'set image, tried',
      command: 'set image ds/log main=berth/hello:3 --dry-run=server',
      prints: 'daemonset.apps/log image updated (server dry run)',
    },
    {
      does: 'another image',
      command: 'set image ds/log main=berth/hello:2',
      prints: 'daemonset.apps/log image updated',
    },
    {
      does: 'status of the other',
      command: 'rollout status ds/log --timeout=60s',
      contains: 'daemon set "log" successfully rolled out',
      leaves: { "get pods -l app=log -o 'jsonpath={.items[*].spec.containers[0].image}'": 'berth/hello:2' },
    },
    {
      does: 'history',
      command: 'rollout history ds/log',
      prints: `
        daemonset.apps/log
        REVISION  CHANGE-CAUSE
        1  first
        2  first
      `,
    },
    {
      does: 'history of a revision',
      command: 'rollout history ds/log --revision=1',
      prints: {
        '1.20': template(''),
        '1.31': template('Node-Selectors:  kubernetes.io/hostname={node}\nTolerations:  <none>'),
      },
    },
    {
      does: 'the revisions',
      command: 'get controllerrevisions --sort-by=.revision',
      prints: `
        NAME  CONTROLLER  REVISION  AGE
        log-{hash}  daemonset.apps/log  1  {age}
        log-{hash}  daemonset.apps/log  2  {age}
      `,
    },
    {
      does: 'undo',
      command: 'rollout undo ds/log',
      prints: 'daemonset.apps/log rolled back',
      leaves: {
        "get ds log -o 'jsonpath={.spec.template.spec.containers[0].image}'": 'berth/hello:1',
        "get controllerrevisions -o 'jsonpath={.items[*].revision}' --sort-by=.revision": '2 3',
      },
    },
    {
      does: 'undo to what it is',
      command: 'rollout undo ds/log --to-revision=3',
      // The newest versions spell a template without a time, which is then never the one that a cluster has kept.
      until: '1.35',
      prints: 'daemonset.apps/log skipped rollback (current template already matches revision 3)',
    },
    {
      does: 'undo to what there is not',
      command: 'rollout undo ds/log --to-revision=9',
      complains: 'error: unable to find specified revision 9 in history',
      code: 1,
    },
    { does: 'restart', command: 'rollout restart ds/log', prints: 'daemonset.apps/log restarted' },
    {
      does: 'status of the restart',
      command: 'rollout status ds/log --timeout=60s',
      contains: 'daemon set "log" successfully rolled out',
    },
    {
      does: 'pause, which it does not know',
      command: 'rollout pause ds/log',
      complains: 'error: daemonsets.apps "log" pausing is not supported',
      code: 1,
    },
    {
      does: 'scale, which it does not know',
      command: 'scale ds/log --replicas=2',
      complains: 'Error from server (NotFound): the server could not find the requested resource',
      code: 1,
    },
    {
      does: 'another selector',
      command: `patch ds log -p '{"spec":{"selector":{"matchLabels":{"tier":"front"}},"template":{"metadata":{"labels":{"tier":"front"}}}}}'`,
      complains: `
        The DaemonSet "log" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"log", "tier":"front"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable
      `,
      code: 1,
    },
    {
      does: 'a strategy that can never move',
      command: `patch ds log -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":0}}}}'`,
      complains: `
        The DaemonSet "log" is invalid: spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0
      `,
      code: 1,
    },
    {
      does: 'drain of a node with a daemon',
      command: 'drain {node} --pod-selector=app=log',
      prints: 'node/{node} cordoned',
      complains: {
        '1.20': `
          error: unable to drain node "{node}", aborting command...
          There are pending nodes to be drained:
           {node}
          error: cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): {ns}/log-{id}
        `,
        '1.27': `
          error: unable to drain node "{node}" due to error:cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): {ns}/log-{id}, continuing command...
          There are pending nodes to be drained:
           {node}
          cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): {ns}/log-{id}
        `,
        '1.31': `
          error: unable to drain node "{node}" due to error: cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): {ns}/log-{id}, continuing command...
          There are pending nodes to be drained:
           {node}
          cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): {ns}/log-{id}
        `,
      },
      code: 1,
    },
    {
      does: 'drain that leaves daemons alone',
      command: 'drain {node} --pod-selector=app=log --ignore-daemonsets',
      prints: `
        node/{node} already cordoned
        node/{node} drained
      `,
      complains: {
        '1.20': 'WARNING: ignoring DaemonSet-managed Pods: {ns}/log-{id}',
        '1.27': 'Warning: ignoring DaemonSet-managed Pods: {ns}/log-{id}',
      },
      leaves: { 'get ds log --no-headers': 'log  1  1  1  1  1  kubernetes.io/hostname={node}  {age}' },
    },
    {
      does: 'a daemon that is deleted on a cordoned node comes back',
      command: 'delete pod -l app=log --wait=false',
      leaves: { 'get pods -l app=log --no-headers': 'log-{id}  1/1  Running  0  {age}' },
    },
    { does: 'back to work', command: 'uncordon {node}', prints: 'node/{node} uncordoned' },
    {
      does: 'cluster-info dump',
      command: 'cluster-info dump --namespaces={ns}',
      contains: `
        "kind": "NodeList",
        "kind": "EventList",
        "kind": "ReplicationControllerList",
        "kind": "ServiceList",
        "kind": "DaemonSetList",
        "kind": "DeploymentList",
        "kind": "ReplicaSetList",
        "kind": "PodList",
        ==== START logs for container main of pod {ns}/log-{id} ====
        This node is simulated: no program runs here.
        ==== END logs for container main of pod {ns}/log-{id} ====
      `,
    },
    {
      does: 'cluster-info dump into files, as YAML',
      command: 'cluster-info dump --all-namespaces --output-directory={home}/dump -o yaml',
      prints: 'Cluster info dumped to {any}/dump',
      leaves: { 'create --dry-run=client -f {home}/dump/{ns}/daemonsets.yaml -o name': 'daemonset.apps/log' },
    },
    {
      does: 'delete that leaves its pods',
      command: 'delete ds log --cascade=orphan',
      prints: { '1.20': 'daemonset.apps "log" deleted', '1.35': 'daemonset.apps "log" deleted from {ns} namespace' },
      leaves: { "get pods,controllerrevisions -o 'jsonpath={.items[*].metadata.ownerReferences}'": '' },
    },
    {
      does: 'apply that takes them back',
      command: 'apply -f -',
      input: 'daemon.yaml',
      replacing: ['NODE', '{node}'],
      prints: 'daemonset.apps/log created',
      leaves: { 'get pods -l app=log --no-headers': 'log-{id}  1/1  Running  0  {age}' },
    },
    {
      does: 'delete with all that it has',
      command: 'delete ds log --cascade=foreground',
      prints: { '1.20': 'daemonset.apps "log" deleted', '1.35': 'daemonset.apps "log" deleted from {ns} namespace' },
      leaves: { 'get pods,controllerrevisions -o name': '' },
    },
    {
      does: 'a quota that allows none',
      command: 'create quota none --hard=count/daemonsets.apps=0',
      prints: 'resourcequota/none created',
      leaves: { "get quota none -o 'jsonpath={.status.used}'": '{"count/daemonsets.apps":"0"}' },
    },
    {
      does: 'apply beyond the quota',
      command: 'apply -f -',
      input: 'daemon.yaml',
      replacing: ['NODE', '{node}'],
      complains:
        'Error from server (Forbidden): error when creating "STDIN": daemonsets.apps "log" is forbidden: exceeded quota: none, requested: count/daemonsets.apps=1, used: count/daemonsets.apps=0, limited: count/daemonsets.apps=0',
      code: 1,
    },
  ],
};
