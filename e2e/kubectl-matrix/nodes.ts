// Cordons, taints and drains.
import type { Group } from './case.ts';

export const nodes: Group = {
  name: 'nodes',
  cases: [
    {
      does: 'cordon',
      command: 'cordon {node}',
      prints: 'node/{node} cordoned',
      leaves: {
        'get node {node}': `
          NAME  STATUS  ROLES  AGE  VERSION
          {node}  Ready,SchedulingDisabled  simulated  {age}  v1.32.0
        `,
      },
    },
    { does: 'cordon, again', command: 'cordon {node}', prints: 'node/{node} already cordoned' },
    { does: 'uncordon', command: 'uncordon {node}', prints: 'node/{node} uncordoned' },
    { does: 'uncordon, again', command: 'uncordon {node}', prints: 'node/{node} already uncordoned' },
    {
      does: 'taint',
      command: 'taint node {node} light=red:PreferNoSchedule',
      prints: 'node/{node} tainted',
      leaves: {
        "get node {node} -o 'jsonpath={.spec.taints}'": '[{"effect":"PreferNoSchedule","key":"light","value":"red"}]',
      },
    },
    {
      does: 'taint, another value',
      command: 'taint node {node} light=blue:PreferNoSchedule',
      complains: 'error: node {node} already has light taint(s) with same effect(s) and --overwrite is false',
      code: 1,
    },
    {
      does: 'taint, over the other value',
      command: 'taint node {node} light=blue:PreferNoSchedule --overwrite',
      prints: 'node/{node} modified',
    },
    { does: 'taint, taken off', command: 'taint node {node} light-', prints: 'node/{node} untainted' },
    {
      does: 'taint, taken off again',
      command: 'taint node {node} light-',
      complains: 'error: taint "light" not found',
      code: 1,
    },
    {
      does: 'taint of a bad effect',
      command: 'taint node {node} light=red:Never',
      complains: `
        error: invalid taint effect: Never, unsupported taint effect
        See 'kubectl taint -h' for help and examples
      `,
      code: 1,
    },
    {
      does: 'a pod to drain',
      command: 'run drained --image=berth/hello:1 --labels=app=drained-{ns} --overrides {"spec":{"nodeName":"{node}"}}',
    },
    {
      does: 'drain, tried',
      command: 'drain {node} --force --pod-selector=app=drained-{ns} --dry-run=server',
      prints: `
        node/{node} cordoned (server dry run)
        evicting pod {ns}/drained (server dry run)
        node/{node} drained (server dry run)
      `,
      complains: {
        '1.20':
          'WARNING: deleting Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet: {ns}/drained',
        '1.27': 'Warning: deleting Pods that declare no controller: {ns}/drained',
      },
    },
    {
      does: 'drain of what nobody replaces',
      command: 'drain {node} --pod-selector=app=drained-{ns}',
      prints: 'node/{node} cordoned',
      complains: {
        '1.20': `
          error: unable to drain node "{node}", aborting command...
          There are pending nodes to be drained:
           {node}
          error: cannot delete Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet (use --force to override): {ns}/drained
        `,
        '1.27': `
          error: unable to drain node "{node}" due to error:cannot delete Pods declare no controller (use --force to override): {ns}/drained, continuing command...
          There are pending nodes to be drained:
           {node}
          cannot delete Pods declare no controller (use --force to override): {ns}/drained
        `,
        '1.31': `
          error: unable to drain node "{node}" due to error: cannot delete cannot delete Pods that declare no controller (use --force to override): {ns}/drained, continuing command...
          There are pending nodes to be drained:
           {node}
          cannot delete cannot delete Pods that declare no controller (use --force to override): {ns}/drained
        `,
      },
      code: 1,
    },
    {
      does: 'drain',
      command: 'drain {node} --force --pod-selector=app=drained-{ns} --timeout=60s',
      prints: {
        '1.20': `
          node/{node} already cordoned
          evicting pod {ns}/drained
          pod/drained evicted
          node/{node} evicted
        `,
        '1.27': `
          node/{node} already cordoned
          evicting pod {ns}/drained
          pod/drained evicted
          node/{node} drained
        `,
      },
      complains: {
        '1.20':
          'WARNING: deleting Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet: {ns}/drained',
        '1.27': 'Warning: deleting Pods that declare no controller: {ns}/drained',
      },
      leaves: {
        'get pod drained --ignore-not-found': '',
        "get node {node} -o 'jsonpath={.spec.unschedulable}'": 'true',
      },
    },
    { does: 'back to work', command: 'uncordon {node}', prints: 'node/{node} uncordoned' },
    {
      does: 'label',
      command: 'label node {node} disk=fast',
      prints: 'node/{node} labeled',
      leaves: { 'get node -l disk=fast,kubernetes.io/hostname={node} -o name': 'node/{node}' },
    },
  ],
};
