import type { Lister } from '@berth/informers';
import { type KubeObject, objectKey } from '@berth/objects';
import type { Answer as ResourceRecord } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { endpoints, service } from '../testing/objects.ts';
import { ClusterRecords } from './records.ts';

const services = [
  service('web', {
    clusterIP: '10.96.0.5',
    ports: [
      { name: 'http', port: 80 },
      { name: 'admin', port: 9000, protocol: 'UDP' },
    ],
  }),
  service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] }),
  service('sleepy', { clusterIP: 'None', ports: [{ port: 80 }] }),
  service('outside', { type: 'ExternalName', externalName: 'Example.test.' }),
];
const found = [
  endpoints('db', [{ ip: '10.244.0.2', hostname: 'db-0' }, { ip: '10.244.1.3' }], [{ name: 'sql', port: 15432 }]),
];
const records = new ClusterRecords({ services: lister(services), endpoints: lister(found), domain: 'cluster.local' });

const svc = 'default.svc.cluster.local';
const cases: readonly {
  name: string;
  type: string;
  expected: readonly string[] | 'NODATA' | 'NXDOMAIN' | 'forward';
}[] = [
  { name: `web.${svc}`, type: 'A', expected: ['A 10.96.0.5'] },
  { name: `WEB.Default.svc.cluster.local`, type: 'A', expected: ['A 10.96.0.5'] },
  { name: `web.${svc}`, type: 'AAAA', expected: 'NODATA' },
  { name: `web.${svc}`, type: 'MX', expected: 'NODATA' },
  { name: `_http._tcp.web.${svc}`, type: 'SRV', expected: [`SRV 80 web.${svc}`] },
  { name: `_admin._udp.web.${svc}`, type: 'SRV', expected: [`SRV 9000 web.${svc}`] },
  { name: `_http._udp.web.${svc}`, type: 'SRV', expected: 'NXDOMAIN' },
  { name: `_http._tcp.web.${svc}`, type: 'A', expected: 'NODATA' },
  { name: `_tcp.web.${svc}`, type: 'A', expected: 'NODATA' },
  { name: `_sctp.web.${svc}`, type: 'A', expected: 'NXDOMAIN' },
  { name: `db.${svc}`, type: 'A', expected: ['A 10.244.0.2', 'A 10.244.1.3'] },
  { name: `db-0.db.${svc}`, type: 'A', expected: ['A 10.244.0.2'] },
  { name: `10-244-1-3.db.${svc}`, type: 'A', expected: ['A 10.244.1.3'] },
  { name: `db-0.db.${svc}`, type: 'AAAA', expected: 'NODATA' },
  { name: `db-7.db.${svc}`, type: 'A', expected: 'NXDOMAIN' },
  {
    name: `_sql._tcp.db.${svc}`,
    type: 'SRV',
    expected: [`SRV 15432 db-0.db.${svc}`, `SRV 15432 10-244-1-3.db.${svc}`],
  },
  { name: `sleepy.${svc}`, type: 'A', expected: 'NODATA' },
  { name: `outside.${svc}`, type: 'A', expected: ['CNAME example.test'] },
  { name: `nobody.${svc}`, type: 'A', expected: 'NXDOMAIN' },
  { name: `a.b.c.web.${svc}`, type: 'A', expected: 'NXDOMAIN' },
  { name: svc, type: 'A', expected: 'NODATA' },
  { name: 'empty.svc.cluster.local', type: 'A', expected: 'NXDOMAIN' },
  { name: 'svc.cluster.local', type: 'A', expected: 'NODATA' },
  { name: 'cluster.local', type: 'A', expected: 'NODATA' },
  { name: 'nothing.cluster.local', type: 'A', expected: 'NXDOMAIN' },
  { name: 'dns-version.cluster.local', type: 'TXT', expected: ['TXT 1.1.0'] },
  { name: '10-244-7-8.default.pod.cluster.local', type: 'A', expected: ['A 10.244.7.8'] },
  { name: '10-244-7-999.default.pod.cluster.local', type: 'A', expected: 'NXDOMAIN' },
  { name: '5.0.96.10.in-addr.arpa', type: 'PTR', expected: [`PTR web.${svc}`] },
  { name: '2.0.244.10.in-addr.arpa', type: 'PTR', expected: [`PTR db-0.db.${svc}`] },
  { name: '1.1.1.1.in-addr.arpa', type: 'PTR', expected: 'forward' },
  { name: 'example.test', type: 'A', expected: 'forward' },
  { name: 'notcluster.local', type: 'A', expected: 'forward' },
];

describe('the cluster\u2019s names', () => {
  test.each(cases)('$type $name', ({ name, type, expected }) => {
    const answer = records.answer({ name, type });
    if (!answer) expect(expected).toBe('forward');
    else if (!answer.exists) expect(expected).toBe('NXDOMAIN');
    else if (answer.answers.length === 0) expect(expected).toBe('NODATA');
    else expect(answer.answers.map(shown)).toEqual(expected);
  });

  test('locations come with the addresses of their targets, and share the weight', () => {
    const { answers, additionals } = records.answer({ name: `_sql._tcp.db.${svc}`, type: 'SRV' })!;
    expect(answers.map((record) => record.type === 'SRV' && record.data.weight)).toEqual([50, 50]);
    expect(additionals.map(shown)).toEqual(['A 10.244.0.2', 'A 10.244.1.3']);
  });
});

function shown(record: ResourceRecord): string {
  if (record.type === 'SRV') return `SRV ${record.data.port} ${record.data.target}`;
  return `${record.type} ${'data' in record ? String(record.data) : ''}`;
}

function lister<T extends KubeObject>(objects: readonly T[]): Lister<T> {
  return {
    get: (key) => objects.find((object) => objectKey(object) === key),
    list: (namespace) => objects.filter((object) => !namespace || object.metadata.namespace === namespace),
    byIndex: () => [],
    size: objects.length,
  };
}
