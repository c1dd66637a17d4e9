// What is waited for, and what is deleted.
import type { Group } from './case.ts';

export const deletes: Group = {
  name: 'delete',
  cases: [
    { does: 'makes what is deleted', command: 'apply -f web.yaml -f pod.yaml -f rc.yaml' },
    {
      does: 'wait for a condition',
      command: 'wait --for=condition=Ready pod/plain --timeout=30s',
      prints: 'pod/plain condition met',
    },
    {
      does: 'wait for a condition that is not so',
      command: 'wait --for=condition=Ready=false pod/plain --timeout=1s',
      complains: 'error: timed out waiting for the condition on pods/plain',
      code: 1,
    },
    {
      does: 'wait for several',
      command: 'wait --for=condition=Available deployment/web --timeout=30s',
      prints: 'deployment.apps/web condition met',
    },
    {
      does: 'wait for a value',
      command: "wait '--for=jsonpath={.status.phase}=Running' pod/plain --timeout=30s",
      since: '1.27',
      prints: 'pod/plain condition met',
    },
    {
      does: 'wait for any value',
      command: "wait '--for=jsonpath={.status.podIP}' pod/plain --timeout=30s",
      since: '1.31',
      prints: 'pod/plain condition met',
    },
    {
      does: 'wait for what exists',
      command: 'wait --for=create pod/plain --timeout=30s',
      since: '1.31',
      prints: 'pod/plain condition met',
    },
    {
      does: 'wait for what never exists',
      command: 'wait --for=create configmap/nothing --timeout=1s',
      since: '1.31',
      complains: 'error: timed out waiting for the condition',
      code: 1,
    },
    {
      does: 'wait for nothing',
      command: 'wait --for=condition=Ready pod -l app=nothing --timeout=1s',
      complains: 'error: no matching resources found',
      code: 1,
    },
    {
      does: 'wait for a delete that does not come',
      command: 'wait --for=delete pod/plain --timeout=1s',
      complains: 'error: timed out waiting for the condition on pods/plain',
      code: 1,
    },
    {
      does: 'tried',
      command: 'delete configmap web --dry-run=server',
      prints: {
        '1.20': 'configmap "web" deleted (server dry run)',
        '1.35': 'configmap "web" deleted from {ns} namespace (server dry run)',
      },
      leaves: { 'get configmap web -o name': 'configmap/web' },
    },
    {
      does: 'tried on the client',
      command: 'delete configmap web --dry-run=client',
      prints: {
        '1.20': 'configmap "web" deleted (dry run)',
        '1.35': 'configmap "web" deleted from {ns} namespace (dry run)',
      },
    },
    {
      does: 'a pod',
      command: 'delete pod plain --grace-period=1',
      prints: { '1.20': 'pod "plain" deleted', '1.35': 'pod "plain" deleted from {ns} namespace' },
      leaves: { 'get pod plain --ignore-not-found': '' },
    },
    { does: 'wait for a delete', command: 'wait --for=delete pod/plain --timeout=10s', since: '1.27', prints: '' },
    { does: 'makes more', command: 'run one --image=berth/hello:1' },
    {
      does: 'at once',
      command: 'delete pod one --now',
      prints: { '1.20': 'pod "one" deleted', '1.35': 'pod "one" deleted from {ns} namespace' },
    },
    { does: 'makes even more', command: 'run two --image=berth/hello:1' },
    {
      does: 'by force',
      command: 'delete pod two --grace-period=0 --force',
      prints: { '1.20': 'pod "two" force deleted', '1.35': 'pod "two" force deleted from {ns} namespace' },
      complains: {
        '1.20':
          'warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
        '1.27':
          'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
      },
    },
    {
      does: 'without waiting',
      command: 'delete configmap web --wait=false',
      prints: { '1.20': 'configmap "web" deleted', '1.35': 'configmap "web" deleted from {ns} namespace' },
    },
    {
      does: 'what is not there',
      command: 'delete configmap web',
      complains: 'Error from server (NotFound): configmaps "web" not found',
      code: 1,
    },
    { does: 'what is not there, quietly', command: 'delete configmap web --ignore-not-found', prints: '' },
    {
      does: 'no name',
      command: 'delete configmap',
      complains: {
        '1.20': 'error: resource(s) were provided, but no name, label selector, or --all flag specified',
        '1.27': 'error: resource(s) were provided, but no name was specified',
      },
      code: 1,
    },
    {
      does: 'orphans',
      command: 'delete deployment web --cascade=orphan',
      prints: { '1.20': 'deployment.apps "web" deleted', '1.35': 'deployment.apps "web" deleted from {ns} namespace' },
      leaves: { "get replicaset -l app=web -o 'jsonpath={.items[*].metadata.ownerReferences}'": '' },
    },
    {
      does: 'in the foreground',
      command: 'delete replicaset -l app=web --cascade=foreground',
      prints: {
        '1.20': 'replicaset.apps "web-{hash}" deleted',
        '1.35': 'replicaset.apps "web-{hash}" deleted from {ns} namespace',
      },
      leaves: { 'get pods -l app=web -o name': '' },
    },
    {
      does: 'in the background',
      command: 'delete replicationcontroller old --cascade=background',
      prints: {
        '1.20': 'replicationcontroller "old" deleted',
        '1.35': 'replicationcontroller "old" deleted from {ns} namespace',
      },
    },
    {
      does: 'from files',
      command: 'delete -f web.yaml --ignore-not-found',
      prints: { '1.20': 'service "web" deleted', '1.35': 'service "web" deleted from {ns} namespace' },
    },
    { does: 'makes secrets', command: 'create secret generic one' },
    {
      does: 'all of a kind',
      command: 'delete secret --all',
      prints: { '1.20': 'secret "one" deleted', '1.35': 'secret "one" deleted from {ns} namespace' },
    },
    { does: 'makes them again', command: 'apply -f web.yaml' },
    {
      does: 'several kinds by label',
      command: 'delete deployment,service -l app=web',
      prints: {
        '1.20': `
          deployment.apps "web" deleted
          service "web" deleted
        `,
        '1.35': `
          deployment.apps "web" deleted from {ns} namespace
          service "web" deleted from {ns} namespace
        `,
      },
    },
    {
      does: 'raw',
      command: 'delete --raw /api/v1/namespaces/{ns}/configmaps/web',
      leaves: { 'get configmap web --ignore-not-found': '' },
    },
    { does: 'makes a namespace', command: 'create namespace {ns}-more' },
    {
      does: 'a namespace',
      command: 'delete namespace {ns}-more',
      prints: 'namespace "{ns}-more" deleted',
      leaves: { 'get namespace {ns}-more --ignore-not-found': '' },
    },
    {
      does: 'a namespace that stays',
      command: 'delete namespace default',
      complains: 'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted',
      code: 1,
    },
  ],
};
