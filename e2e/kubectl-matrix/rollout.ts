// Rollouts of a deployment, and scales.
import type { Group } from './case.ts';

export const rollout: Group = {
  name: 'rollout',
  cases: [
    { does: 'makes what is rolled out', command: 'create deployment rolled --image=berth/hello:1 --replicas=2' },
    {
      does: 'status',
      command: 'rollout status deployment/rolled --timeout=30s',
      contains: 'deployment "rolled" successfully rolled out',
    },
    { does: 'another image', command: 'set image deployment/rolled hello=berth/hello:2' },
    {
      does: 'status of the other',
      command: 'rollout status deployment/rolled --timeout=30s',
      contains: 'deployment "rolled" successfully rolled out',
    },
    {
      does: 'a reason, and history',
      command: 'annotate deployment rolled kubernetes.io/change-cause=newer',
      leaves: {
        'rollout history deployment/rolled': `
          deployment.apps/rolled
          REVISION  CHANGE-CAUSE
          1  <none>
          2  newer
        `,
      },
    },
    {
      does: 'history of a revision',
      command: 'rollout history deployment/rolled --revision=1',
      prints: {
        '1.20': `
          deployment.apps/rolled with revision #1
          Pod Template:
            Labels:  app=rolled
            pod-template-hash={hash}
            Containers:
             hello:
              Image:  berth/hello:1
              Port:  <none>
              Host Port:  <none>
              Environment:  <none>
              Mounts:  <none>
            Volumes:  <none>
        `,
        '1.31': `
          deployment.apps/rolled with revision #1
          Pod Template:
            Labels:  app=rolled
            pod-template-hash={hash}
            Containers:
             hello:
              Image:  berth/hello:1
              Port:  <none>
              Host Port:  <none>
              Environment:  <none>
              Mounts:  <none>
            Volumes:  <none>
            Node-Selectors:  <none>
            Tolerations:  <none>
        `,
      },
    },
    {
      does: 'undo',
      command: 'rollout undo deployment/rolled',
      prints: 'deployment.apps/rolled rolled back',
      leaves: { "get deployment rolled -o 'jsonpath={.spec.template.spec.containers[0].image}'": 'berth/hello:1' },
    },
    {
      does: 'undo to what there is not',
      command: 'rollout undo deployment/rolled --to-revision=9',
      complains: 'error: unable to find specified revision 9 in history',
      code: 1,
    },
    { does: 'pause', command: 'rollout pause deployment/rolled', prints: 'deployment.apps/rolled paused' },
    {
      does: 'pause of what is paused',
      command: 'rollout pause deployment/rolled',
      complains: 'error: deployments.apps "rolled" is already paused',
      code: 1,
    },
    { does: 'resume', command: 'rollout resume deployment/rolled', prints: 'deployment.apps/rolled resumed' },
    {
      does: 'resume of what goes on',
      command: 'rollout resume deployment/rolled',
      complains: 'error: deployments.apps "rolled" is not paused',
      code: 1,
    },
    { does: 'restart', command: 'rollout restart deployment/rolled', prints: 'deployment.apps/rolled restarted' },
    {
      does: 'status of the restart',
      command: 'rollout status deployment/rolled --timeout=30s',
      contains: 'deployment "rolled" successfully rolled out',
    },
    {
      does: 'scale',
      command: 'scale deployment rolled --replicas=3',
      prints: 'deployment.apps/rolled scaled',
      leaves: { "get deployment rolled -o 'jsonpath={.spec.replicas}'": '3' },
    },
    {
      does: 'scale from what is not so',
      command: 'scale deployment rolled --current-replicas=1 --replicas=2',
      complains: 'error: Expected replicas to be 1, was 3',
      code: 1,
    },
    { does: 'makes more', command: 'apply -f web.yaml -f rc.yaml' },
    {
      does: 'scale of several',
      command: 'scale deployment/rolled deployment/web --replicas=1',
      prints: `
        deployment.apps/rolled scaled
        deployment.apps/web scaled
      `,
    },
    {
      does: 'scale of what is not there',
      command: 'scale deployment nothing --replicas=1',
      complains: {
        '1.20': 'Error from server (NotFound): deployments.apps "nothing" not found',
        '1.27': 'error: no objects passed to scale',
        '1.33': 'error: no objects passed to scale deployments.apps "nothing" not found',
        '1.35': 'Error from server (NotFound): deployments.apps "nothing" not found',
      },
      code: 1,
    },
    {
      does: 'scale of a replication controller',
      command: 'scale rc old --replicas=2',
      prints: 'replicationcontroller/old scaled',
    },
    {
      does: 'scale, tried',
      command: 'scale rc old --replicas=5 --dry-run=server',
      prints: {
        '1.20': 'replicationcontroller/old scaled',
        '1.27': 'replicationcontroller/old scaled (server dry run)',
      },
      leaves: { "get rc old -o 'jsonpath={.spec.replicas}'": '2' },
    },
    {
      does: 'the replica sets',
      command: 'get deployment rolled',
      prints: `
        NAME  READY  UP-TO-DATE  AVAILABLE  AGE
        rolled  1/1  1  1  {age}
      `,
    },
  ],
};
