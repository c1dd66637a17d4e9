// What changes an object in place: patch, label, annotate, edit, replace and set.
import type { Group } from './case.ts';

export const change: Group = {
  name: 'change',
  cases: [
    { does: 'makes what is changed', command: 'apply -f web.yaml' },
    {
      does: 'patch, strategic',
      command: `patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"1"}]}]}}}}'`,
      prints: 'deployment.apps/web patched',
      leaves: {
        "get deployment web -o 'jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env}'":
          'berth/hello:1 [{"name":"A","value":"1"}]',
      },
    },
    {
      does: 'patch, merge',
      command: `patch configmap web --type=merge -p '{"data":{"size":null,"shape":"round"}}'`,
      prints: 'configmap/web patched',
      leaves: { "get configmap web -o 'jsonpath={.data}'": '{"colour":"blue","shape":"round"}' },
    },
    {
      does: 'patch, JSON',
      command: `patch configmap web --type=json -p '[{"op":"replace","path":"/data/shape","value":"square"}]'`,
      prints: 'configmap/web patched',
      leaves: { "get configmap web -o 'jsonpath={.data.shape}'": 'square' },
    },
    { does: 'patch in YAML', command: "patch configmap web -p 'data: {shape: flat}'", prints: 'configmap/web patched' },
    {
      does: 'patch that changes nothing',
      command: `patch configmap web -p '{"data":{"shape":"flat"}}'`,
      prints: 'configmap/web patched (no change)',
    },
    {
      does: 'patch, tried',
      command: `patch configmap web -p '{"data":{"shape":"bent"}}' --dry-run=server`,
      prints: 'configmap/web patched',
      leaves: { "get configmap web -o 'jsonpath={.data.shape}'": 'flat' },
    },
    {
      does: 'patch, JSON, that does not fit',
      command: `patch configmap web --type=json -p '[{"op":"test","path":"/data/shape","value":"round"}]'`,
      complains: 'The request is invalid: patch: testing value /data/shape failed: test failed',
      code: 1,
    },
    {
      does: 'patch with a wrong type',
      command: `patch configmap web -p '{"data":{"shape":1}}'`,
      complains:
        'The request is invalid: patch: Invalid value: "map[data:map[shape:1]]": json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
      code: 1,
    },
    {
      does: 'patch of the name',
      command: `patch configmap web -p '{"metadata":{"name":"other"}}'`,
      complains:
        'Error from server (BadRequest): the name of the object (other) does not match the name on the URL (web)',
      code: 1,
    },
    {
      does: 'patch of what is not there',
      command: "patch configmap nothing -p '{}'",
      complains: 'Error from server (NotFound): configmaps "nothing" not found',
      code: 1,
    },
    {
      does: 'patch of a scale',
      command: `patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`,
      since: '1.27',
      prints: 'scale.autoscaling/web patched',
      leaves: { "get deployment web -o 'jsonpath={.spec.replicas}'": '2' },
    },
    {
      does: 'patch of a status',
      command: `patch node {node} --subresource=status --type=merge -p '{"status":{"capacity":{"example.com/light":"3"}}}'`,
      since: '1.27',
      prints: 'node/{node} patched',
      leaves: { "get node {node} -o 'jsonpath={.status.capacity.example\\.com/light}'": '3' },
    },
    {
      does: 'label',
      command: 'label configmap web tier=front',
      prints: 'configmap/web labeled',
      leaves: { "get configmap web -o 'jsonpath={.metadata.labels}'": '{"app":"web","tier":"front"}' },
    },
    {
      does: 'label, again',
      command: 'label configmap web tier=front',
      since: '1.27',
      prints: 'configmap/web not labeled',
    },
    {
      does: 'label, again, with an older version',
      command: 'label configmap web tier=front',
      until: '1.27',
      complains: "error: 'tier' already has a value (front), and --overwrite is false",
      code: 1,
    },
    {
      does: 'label, another value',
      command: 'label configmap web tier=back',
      complains: "error: 'tier' already has a value (front), and --overwrite is false",
      code: 1,
    },
    {
      does: 'label, over the other value',
      command: 'label configmap web tier=back --overwrite',
      prints: 'configmap/web labeled',
    },
    {
      does: 'label, all that there is',
      command: 'label configmap,service -l app=web team=a',
      prints: `
        configmap/web labeled
        service/web labeled
      `,
    },
    {
      does: 'labels, listed',
      command: 'label configmap web --list',
      contains: 'tier=back',
    },
    {
      does: 'label, taken off',
      command: 'label configmap web tier-',
      prints: { '1.20': 'configmap/web labeled', '1.27': 'configmap/web unlabeled' },
    },
    {
      does: 'label, taken off again',
      command: 'label configmap web tier-',
      prints: `
        label "tier" not found.
        configmap/web not labeled
      `,
    },
    {
      does: 'label of a bad value',
      command: "label configmap web 'tier=front row'",
      complains: `error: invalid label value: "tier=front row": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      code: 1,
    },
    {
      does: 'annotate',
      command: "annotate configmap web 'why=because it is'",
      prints: {
        '1.20': 'configmap/web annotated',
        '1.27': 'configmap/web annotate',
        '1.31': 'configmap/web annotated',
      },
      leaves: { "get configmap web -o 'jsonpath={.metadata.annotations.why}'": 'because it is' },
    },
    {
      does: 'annotate, another value',
      command: 'annotate configmap web why=not',
      complains:
        "error: --overwrite is false but found the following declared annotation(s): 'why' already has a value (because it is)",
      code: 1,
    },
    {
      does: 'annotate, on an old version',
      command: 'annotate configmap web why=not --overwrite --resource-version=1',
      complains:
        'Error from server (Conflict): Operation cannot be fulfilled on configmaps "web": the object has been modified; please apply your changes to the latest version and try again',
      code: 1,
    },
    {
      does: 'annotation, taken off',
      command: 'annotate configmap web why-',
      prints: {
        '1.20': 'configmap/web annotated',
        '1.27': 'configmap/web annotate',
        '1.31': 'configmap/web annotated',
      },
    },
    {
      does: 'edit',
      command: 'edit configmap web',
      edits: 's/flat/curved/',
      prints: 'configmap/web edited',
      leaves: { "get configmap web -o 'jsonpath={.data.shape}'": 'curved' },
    },
    {
      does: 'edit of nothing',
      command: 'edit configmap web',
      edits: '',
      prints: '',
      complains: 'Edit cancelled, no changes made.',
    },
    {
      does: 'edit of a status',
      command: 'edit node {node} --subresource=status',
      since: '1.27',
      edits: 's/light: "3"/light: "4"/',
      prints: 'node/{node} edited',
      leaves: { "get node {node} -o 'jsonpath={.status.capacity.example\\.com/light}'": '4' },
    },
    {
      does: 'replace',
      command: 'replace -f web.yaml',
      prints: `
        configmap/web replaced
        deployment.apps/web replaced
        service/web replaced
      `,
      leaves: { "get configmap web -o 'jsonpath={.data}'": '{"colour":"blue","size":"small"}' },
    },
    {
      does: 'replace of what is not there',
      command: 'replace -f settings.yaml -n default',
      complains: 'Error from server (NotFound): error when replacing "settings.yaml": configmaps "settings" not found',
      code: 1,
    },
    { does: 'replace by force', command: 'replace --force -f settings.yaml', prints: 'configmap/settings replaced' },
    {
      does: 'set image',
      command: 'set image deployment/web main=berth/hello:2',
      prints: 'deployment.apps/web image updated',
      leaves: { "get deployment web -o 'jsonpath={.spec.template.spec.containers[0].image}'": 'berth/hello:2' },
    },
    {
      does: 'set image of a container that there is not',
      command: 'set image deployment/web other=berth/hello:2',
      complains: 'error: unable to find container named "other"',
      code: 1,
    },
    {
      does: 'set image, tried',
      command: 'set image deployment/web main=berth/hello:3 --dry-run=server',
      prints: 'deployment.apps/web image updated (server dry run)',
    },
    { does: 'set env', command: 'set env deployment/web COLOUR=blue', prints: 'deployment.apps/web env updated' },
    {
      does: 'set env from a config map',
      command: 'set env deployment/web --from=configmap/web --prefix=WEB_ --keys=colour',
      prints: 'deployment.apps/web env updated',
      complains: { '1.20': '', '1.27': 'Warning: key colour transferred to COLOUR' },
    },
    {
      does: 'set env, listed',
      command: 'set env deployment/web --list',
      prints: `
        # Deployment web, container main
        COLOUR=blue
        # WEB_COLOUR from configmap web, key colour
      `,
    },
    {
      does: 'set env, taken off',
      command: 'set env deployment/web COLOUR-',
      prints: 'deployment.apps/web env updated',
    },
    {
      does: 'set resources',
      command: 'set resources deployment/web --limits=cpu=200m,memory=64Mi --requests=cpu=100m',
      prints: 'deployment.apps/web resource requirements updated',
      leaves: {
        "get deployment web -o 'jsonpath={.spec.template.spec.containers[0].resources}'":
          '{"limits":{"cpu":"200m","memory":"64Mi"},"requests":{"cpu":"100m"}}',
      },
    },
    {
      does: 'set serviceaccount',
      command: 'set serviceaccount deployment/web robot',
      prints: 'deployment.apps/web serviceaccount updated',
      leaves: { "get deployment web -o 'jsonpath={.spec.template.spec.serviceAccountName}'": 'robot' },
    },
    {
      does: 'set selector',
      command: 'set selector service/web app=other',
      prints: 'service/web selector updated',
      leaves: { "get service web -o 'jsonpath={.spec.selector}'": '{"app":"other"}' },
    },
    { does: 'makes a binding', command: 'create rolebinding reader --clusterrole=view --user=jane' },
    {
      does: 'set subject',
      command: 'set subject rolebinding/reader --user=joe',
      prints: 'rolebinding.rbac.authorization.k8s.io/reader subjects updated',
      leaves: { "get rolebinding reader -o 'jsonpath={.subjects[*].name}'": 'jane joe' },
    },
    {
      does: 'a change of what may not change',
      command: `patch deployment web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'`,
      complains: `
        The Deployment "web" is invalid:
        * spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: \`selector\` does not match template \`labels\`
        * spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"other"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable
      `,
      code: 1,
    },
    {
      does: 'a change of a service’s address',
      command: `patch service web -p '{"spec":{"clusterIP":"10.96.200.200"}}'`,
      complains:
        'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.96.200.200"}: may not change once set',
      code: 1,
    },
  ],
};
