import { describe, expect, it } from 'vitest';
import { pods } from '../resource.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const container = { name: 'web', image: 'nginx:1.27' };
const pod = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'a', ...metadata },
  spec: { containers: [container], ...spec },
});
const subdomainProblem =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const withContainer = (fields: object) => pod({ containers: [{ ...container, ...fields }] });

describe('a broken pod is answered as Kubernetes does', () => {
  const cases: [string, object, string[]][] = [
    ['nothing wrong', pod(), []],
    [
      'name',
      pod({}, { name: 'A_b' }),
      [
        `metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
    ['no name', pod({}, { name: '' }), ['metadata.name: Required value: name or generateName is required']],
    [
      'over-long label',
      pod({}, { labels: { a: 'x'.repeat(64) } }),
      [`metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63 characters`],
    ],
    [
      'label key',
      pod({}, { labels: { 'a b': '' } }),
      [
        `metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      ],
    ],
    [
      'too many annotations',
      pod({}, { annotations: { a: 'x'.repeat(262_144) } }),
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    ['no containers', pod({ containers: [] }), ['spec.containers: Required value']],
    ['no image', withContainer({ image: '' }), ['spec.containers[0].image: Required value']],
    [
      'container name',
      withContainer({ name: 'Web' }),
      [
        `spec.containers[0].name: Invalid value: "Web": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      'two containers of one name',
      pod({ containers: [container, container] }),
      ['spec.containers[1].name: Duplicate value: "web"'],
    ],
    [
      'an init container of the same name',
      pod({ initContainers: [container] }),
      ['spec.initContainers[0].name: Duplicate value: "web"'],
    ],
    [
      'restart policy',
      pod({ restartPolicy: 'Sometimes' }),
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'pull policy',
      withContainer({ imagePullPolicy: 'Often' }),
      [
        'spec.containers[0].imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
    [
      'ports',
      withContainer({
        ports: [
          { containerPort: 0 },
          { containerPort: 70_000, name: 'http' },
          { containerPort: 81, name: 'http', protocol: 'HTTP' },
          { containerPort: 82, name: '1-' },
        ],
      }),
      [
        'spec.containers[0].ports[0].containerPort: Required value',
        'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
        'spec.containers[0].ports[2].name: Duplicate value: "http"',
        'spec.containers[0].ports[2].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
        'spec.containers[0].ports[3].name: Invalid value: "1-": must contain at least one letter (a-z)',
        'spec.containers[0].ports[3].name: Invalid value: "1-": must not begin or end with a hyphen',
      ],
    ],
    [
      'one host port twice',
      withContainer({
        ports: [
          { containerPort: 1, hostPort: 80 },
          { containerPort: 2, hostPort: 80 },
        ],
      }),
      ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"'],
    ],
    [
      'environment',
      withContainer({
        env: [
          { name: '' },
          { name: 'a=b' },
          { name: 'A', valueFrom: {} },
          { name: 'B', value: 'x', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'C', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } },
          { name: 'D', valueFrom: { configMapKeyRef: { key: '../x' } } },
          { name: 'E', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
          { name: 'F', valueFrom: { fieldRef: { fieldPath: "spec['x']" } } },
          { name: 'G', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        ],
      }),
      [
        'spec.containers[0].env[0].name: Required value',
        `spec.containers[0].env[1].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than '='`,
        'spec.containers[0].env[2].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
        'spec.containers[0].env[3].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        'spec.containers[0].env[4].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x',
        `spec.containers[0].env[5].valueFrom.configMapKeyRef.name: Invalid value: "": ${subdomainProblem}`,
        `spec.containers[0].env[5].valueFrom.configMapKeyRef.key: Invalid value: "../x": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
        `spec.containers[0].env[5].valueFrom.configMapKeyRef.key: Invalid value: "../x": must not start with '..'`,
        'spec.containers[0].env[6].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
        `spec.containers[0].env[7].valueFrom.fieldRef.fieldPath: Invalid value: "spec['x']": error converting fieldPath: field label does not support subscript: spec['x']`,
      ],
    ],
    [
      'environment from nothing',
      withContainer({ envFrom: [{}] }),
      ['spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
    ],
    [
      'volumes',
      pod({
        volumes: [
          { name: 'v', emptyDir: {}, hostPath: { path: '/x' } },
          { name: 'v' },
          { name: 'h', hostPath: { path: '/a/../b', type: 'Pipe' } },
          { name: 's', secret: { defaultMode: 1000 } },
        ],
      }),
      [
        'spec.volumes[0].emptyDir: Forbidden: may not specify more than 1 volume type',
        'spec.volumes[1].name: Duplicate value: "v"',
        `spec.volumes[2].hostPath.path: Invalid value: "/a/../b": must not contain '..'`,
        'spec.volumes[2].hostPath.type: Unsupported value: "Pipe": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
        'spec.volumes[3].secret.secretName: Required value',
        'spec.volumes[3].secret.defaultMode: Invalid value: 1000: must be a number between 0 and 0777 (octal), both inclusive',
      ],
    ],
    [
      'mounts',
      pod({
        volumes: [{ name: 'v' }],
        containers: [
          {
            ...container,
            volumeMounts: [
              { name: 'v', mountPath: '/a', subPath: '/b' },
              { name: 'w', mountPath: '/a' },
            ],
          },
        ],
      }),
      [
        'spec.containers[0].volumeMounts.subPath: Invalid value: "/b": must be a relative path',
        'spec.containers[0].volumeMounts[1].name: Not found: "w"',
        'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
      ],
    ],
    [
      'probes',
      withContainer({
        livenessProbe: { successThreshold: 2, tcpSocket: { port: 0 } },
        readinessProbe: { periodSeconds: -1 },
      }),
      [
        'spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
        'spec.containers[0].readinessProbe: Required value: must specify a handler type',
        'spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      'two handlers',
      withContainer({ livenessProbe: { exec: { command: ['x'] }, httpGet: { port: 80 } } }),
      ['spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'resources',
      withContainer({
        resources: { requests: { cpu: '2', memory: '-1' }, limits: { cpu: '1', disk: '1', 'example.com/gpu': '500m' } },
      }),
      [
        'spec.containers[0].resources.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.limits[disk]: Invalid value: "disk": must be a standard resource for containers',
        'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer',
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
        'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers',
        'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer',
        'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [
      'a probed init container',
      pod({ initContainers: [{ name: 'i', image: 'x', livenessProbe: { tcpSocket: { port: 1 } } }] }),
      [
        'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
    [
      'host network and another host port',
      pod({ hostNetwork: true, containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 81 }] }] }),
      [
        'spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` is true',
      ],
    ],
    [
      'tolerations',
      pod({ tolerations: [{ operator: 'Equal' }, { key: 'a', operator: 'Exists', value: 'b' }] }),
      [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
        `spec.tolerations[1].operator: Invalid value: "b": value must be empty when \`operator\` is 'Exists'`,
      ],
    ],
    [
      'deadline',
      pod({ activeDeadlineSeconds: 0 }),
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      'seccomp profiles',
      pod({
        securityContext: { seccompProfile: { type: 'Own' } },
        containers: [{ ...container, securityContext: { runAsUser: -1, seccompProfile: { type: 'Localhost' } } }],
      }),
      [
        'spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
        'spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
        'spec.securityContext.seccompProfile.type: Unsupported value: "Own": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
      ],
    ],
    [
      'no name server',
      pod({ dnsPolicy: 'None' }),
      ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    ],
    [
      'node affinity without a term',
      pod({
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      }),
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
      ],
    ],
    [
      'two controllers',
      pod(
        {},
        {
          ownerReferences: ['a', 'b'].map((name) => ({
            apiVersion: 'v1',
            kind: 'ReplicationController',
            name,
            uid: name,
            controller: true,
          })),
        },
      ),
      [
        expect.stringMatching(
          /^metadata\.ownerReferences: .*Only one reference can have Controller set to true\. Found "true" in references for a and b$/,
        ) as unknown as string,
      ],
    ],
  ];
  it.each(cases)('%s', (_, manifest, problems) => {
    expect(problemsOfCreate(pods, manifest)).toEqual(problems);
  });
});

describe('an update of a pod', () => {
  const cases: [string, object, object, (string | RegExp)[]][] = [
    ['may change the image', pod(), withContainer({ image: 'nginx:1.28' }), []],
    ['may add a toleration', pod(), pod({ tolerations: [{ key: 'a', operator: 'Exists' }] }), []],
    ['may set a deadline', pod(), pod({ activeDeadlineSeconds: 5 }), []],
    ['may change labels', pod(), pod({}, { labels: { a: 'b' } }), []],
    [
      'may not put a deadline off',
      pod({ activeDeadlineSeconds: 5 }),
      pod({ activeDeadlineSeconds: 6 }),
      [/^spec\.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value$/],
    ],
    [
      'may not take a toleration away',
      pod({ tolerations: [{ key: 'a', operator: 'Exists' }] }),
      pod(),
      [/existing toleration can not be modified except its tolerationSeconds/],
    ],
    [
      'may not change anything else',
      pod(),
      withContainer({ command: ['x'] }),
      [/^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/],
    ],
    [
      'may not add a container',
      pod(),
      pod({ containers: [container, { ...container, name: 'b' }] }),
      [/pod updates may not add or remove containers/],
    ],
    [
      'may not change the name',
      pod(),
      pod({}, { name: 'b' }),
      [/^metadata\.name: Invalid value: "b": field is immutable$/],
    ],
  ];
  it.each(cases)('%s', (_, from, to, problems) => {
    expect(problemsOfUpdate(pods, from, to)).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });
});

describe('the defaults of a pod', () => {
  it('are those of Kubernetes', () => {
    const { spec, status } = created(
      pods,
      pod({
        serviceAccountName: 'robot',
        volumes: [{ name: 'e' }, { name: 's', secret: { secretName: 'x' } }, { name: 'h', hostPath: { path: '/x' } }],
        containers: [
          {
            name: 'web',
            image: 'localhost:5000/nginx',
            ports: [{ containerPort: 80 }],
            livenessProbe: { httpGet: { port: 80 } },
            resources: { limits: { cpu: '1000m', memory: '1024Mi' } },
            env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          },
        ],
      }),
    );
    expect(spec).toEqual({
      volumes: [
        { name: 'e', emptyDir: {} },
        { name: 's', secret: { secretName: 'x', defaultMode: 420 } },
        { name: 'h', hostPath: { path: '/x', type: '' } },
      ],
      containers: [
        {
          name: 'web',
          image: 'localhost:5000/nginx',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          livenessProbe: {
            httpGet: { path: '/', port: 80, scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
          resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } },
          env: [{ name: 'N', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }],
          imagePullPolicy: 'Always',
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'robot',
      serviceAccount: 'robot',
      securityContext: {},
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
    });
    expect(status).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' });
  });

  const policies: [string, string][] = [
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['localhost:5000/nginx', 'Always'],
    ['localhost:5000/nginx:1', 'IfNotPresent'],
    [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
  ];
  it.each(policies)('pulls %s %s', (image, policy) => {
    expect(created(pods, withContainer({ image })).spec.containers[0]?.imagePullPolicy).toBe(policy);
  });

  const qualities: [string, object, string][] = [
    ['nothing asked', {}, 'BestEffort'],
    ['a request', { requests: { cpu: '1' } }, 'Burstable'],
    ['one limit', { limits: { cpu: '1' } }, 'Burstable'],
    ['both limits', { limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    ['less asked', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }, 'Burstable'],
  ];
  it.each(qualities)('class it: %s', (_, resources, quality) => {
    expect(created(pods, withContainer({ resources })).status.qosClass).toBe(quality);
  });
});
