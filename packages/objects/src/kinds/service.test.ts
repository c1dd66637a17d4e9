import { describe, expect, it } from 'vitest';
import { type Service, services } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';
import { kindOf } from './registry.ts';

const metadata = { name: 'a' };
const ports = [{ port: 80 }];
const service = (spec: object) => ({ metadata, spec: { ports, ...spec } });

describe('a broken service is answered as Kubernetes does', () => {
  const cases: [string, object, string[]][] = [
    ['nothing wrong', service({}), []],
    [
      'a name that begins with a digit',
      { ...service({}), metadata: { name: '1a' } },
      [
        `metadata.name: Invalid value: "1a": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    ['no ports', service({ ports: [] }), ['spec.ports: Required value']],
    ['no ports of a headless one', service({ ports: [], clusterIP: 'None', clusterIPs: ['None'] }), []],
    [
      'type',
      service({ type: 'Public' }),
      [
        'spec.type: Unsupported value: "Public": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      'two ports without names',
      service({ ports: [{ port: 80 }, { port: 81 }] }),
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'one port twice',
      service({
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      }),
      [
        'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
      ],
    ],
    [
      'one name twice',
      service({
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 81 },
        ],
      }),
      ['spec.ports[1].name: Duplicate value: "a"'],
    ],
    [
      'port numbers',
      service({ ports: [{ port: 70_000, targetPort: 'way-too-long-a-name' }] }),
      [
        'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: "way-too-long-a-name": must be no more than 15 characters',
      ],
    ],
    [
      'a node port inside the cluster',
      service({ ports: [{ port: 80, nodePort: 30_000 }] }),
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'one node port twice',
      service({
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30_000 },
          { name: 'b', port: 81, nodePort: 30_000 },
        ],
      }),
      ['spec.ports[1].nodePort: Duplicate value: 30000'],
    ],
    [
      'a headless one with node ports',
      service({ type: 'NodePort', clusterIP: 'None', clusterIPs: ['None'] }),
      [`spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`],
    ],
    [
      'an address that is none',
      service({ clusterIP: 'x', clusterIPs: ['x'] }),
      ['spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    ['no external name', service({ type: 'ExternalName', ports: [] }), ['spec.externalName: Required value']],
    [
      'selector',
      service({ selector: { a: 'b c' } }),
      [
        `spec.selector: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      ],
    ],
    [
      'external traffic policy of an internal one',
      service({ externalTrafficPolicy: 'Local' }),
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      'session affinity',
      service({ sessionAffinity: 'Cookie' }),
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      'affinity for too long',
      service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 90_000 } } }),
      [
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be between 1 and 86400, inclusive',
      ],
    ],
  ];
  it.each(cases)('%s', (_, manifest, problems) => {
    expect(problemsOfCreate(services, manifest)).toEqual(problems);
  });
});

describe('an update of a service', () => {
  const address = (ip: string) => service({ clusterIP: ip, clusterIPs: [ip] });

  it('may not change its address', () => {
    expect(problemsOfUpdate(services, address('10.96.0.1'), address('10.96.0.2'))).toEqual([
      'spec.clusterIPs[0]: Invalid value: []string{"10.96.0.2"}: may not change once set',
    ]);
  });
  it('may change its ports and its selector', () => {
    const changed = { ...address('10.96.0.1').spec, ports: [{ port: 81 }], selector: { a: 'b' } };
    expect(problemsOfUpdate(services, address('10.96.0.1'), { metadata, spec: changed })).toEqual([]);
  });
  it('takes back what only the old type had', () => {
    const old = created(services, service({ type: 'NodePort' }));
    const spec = { ...old.spec, type: 'ClusterIP' };
    const draft = created(services, { ...old, spec });
    kindOf(services).prepareForUpdate?.(draft as never, old);
    expect((draft as Service).spec).not.toHaveProperty('externalTrafficPolicy');
  });
});

describe('the defaults of a service', () => {
  const cases: [string, object, object][] = [
    [
      'inside the cluster',
      {},
      {
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
        sessionAffinity: 'None',
        type: 'ClusterIP',
        internalTrafficPolicy: 'Cluster',
      },
    ],
    ['with a named target', { ports: [{ port: 80, targetPort: 'web' }] }, { ports: [{ targetPort: 'web' }] }],
    ['with node ports', { type: 'NodePort' }, { externalTrafficPolicy: 'Cluster' }],
    ['behind a load balancer', { type: 'LoadBalancer' }, { allocateLoadBalancerNodePorts: true }],
    [
      'with affinity',
      { sessionAffinity: 'ClientIP' },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } },
    ],
  ];
  it.each(cases)('%s', (_, spec, expected) => {
    expect(created(services, service(spec)).spec).toMatchObject(expected);
  });
});
