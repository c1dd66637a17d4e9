import { systemRandom } from '@berth/host';
import dnsPacket, { type DecodedPacket, type Packet, type Answer as ResourceRecord } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import type { Transport } from './forwarder.ts';
import { type Answer, ClusterRecords } from './records.ts';
import { respond } from './respond.ts';

const address = (name: string, data: string): ResourceRecord => ({ type: 'A', name, ttl: 5, data });
const many = Array.from({ length: 40 }, (_, n) => address('many.test', `10.0.0.${n}`));

/** Knows what a test says it knows; everything else is for the resolvers. */
class Known extends ClusterRecords {
  readonly #known: Readonly<Record<string, Answer>>;
  constructor(known: Readonly<Record<string, Answer>>) {
    const none = { get: () => undefined, list: () => [], byIndex: () => [], size: 0 };
    super({ services: none, endpoints: none, domain: 'cluster.local' });
    this.#known = known;
  }
  override answer({ name }: { readonly name: string }): Answer | undefined {
    return this.#known[name];
  }
}

const records = new Known({
  'one.test': { exists: true, answers: [address('one.test', '10.0.0.1')], additionals: [] },
  'none.test': { exists: true, answers: [], additionals: [] },
  'missing.test': { exists: false, answers: [], additionals: [] },
  'many.test': { exists: true, answers: many, additionals: [] },
  'alias.test': {
    exists: true,
    answers: [{ type: 'CNAME', name: 'alias.test', data: 'far.test' }],
    additionals: [],
    alias: 'far.test',
  },
});

function ask(packet: Packet | Buffer, transport: Transport = 'udp', resolvers = true): Promise<Buffer | undefined> {
  const message = Buffer.isBuffer(packet) ? packet : dnsPacket.encode({ type: 'query', id: 77, ...packet });
  const forwarder = {
    async forward(query: Buffer) {
      const { id, questions } = dnsPacket.decode(query);
      if (!resolvers) return undefined;
      return dnsPacket.encode({
        type: 'response',
        id,
        questions,
        answers: [address(questions![0]!.name, '192.0.2.1')],
      });
    },
  };
  return respond(message, transport, { records, forwarder, random: systemRandom });
}

const question = (name: string): Packet => ({ flags: dnsPacket.RECURSION_DESIRED, questions: [{ type: 'A', name }] });

function shown(response: Buffer | undefined) {
  const packet = dnsPacket.decode(response!) as DecodedPacket & { rcode: string };
  return {
    id: packet.id,
    rcode: packet.rcode,
    authoritative: packet.flag_aa,
    answers: packet.answers!.map((record) =>
      record.type === 'A' || record.type === 'CNAME' ? record.data : record.type,
    ),
    authorities: packet.authorities!.map(({ type }) => type),
  };
}

describe('respond', () => {
  test.each([
    { name: 'one.test', rcode: 'NOERROR', authoritative: true, answers: ['10.0.0.1'], authorities: [] },
    { name: 'none.test', rcode: 'NOERROR', authoritative: true, answers: [], authorities: ['SOA'] },
    { name: 'missing.test', rcode: 'NXDOMAIN', authoritative: true, answers: [], authorities: ['SOA'] },
    { name: 'far.test', rcode: 'NOERROR', authoritative: false, answers: ['192.0.2.1'], authorities: [] },
    { name: 'alias.test', rcode: 'NOERROR', authoritative: true, answers: ['far.test', '192.0.2.1'], authorities: [] },
  ])('$name: $rcode $answers', async ({ name, ...expected }) => {
    expect(shown(await ask(question(name)))).toEqual({ id: 77, ...expected });
  });

  test.each(['far.test', 'alias.test'])('%s while no resolver answers: SERVFAIL', async (name) => {
    expect(shown(await ask(question(name), 'udp', false))).toMatchObject({ id: 77, rcode: 'SERVFAIL', answers: [] });
  });

  const option: ResourceRecord = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 4_096,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
  test.each([
    { name: 'UDP without EDNS', transport: 'udp', additionals: [], truncated: true },
    { name: 'UDP to a caller that takes more', transport: 'udp', additionals: [option], truncated: false },
    { name: 'TCP', transport: 'tcp', additionals: [], truncated: false },
  ] as const)('40 addresses over $name', async ({ transport, additionals, truncated }) => {
    const response = await ask({ ...question('many.test'), additionals: [...additionals] }, transport);
    const packet = dnsPacket.decode(response!) as DecodedPacket;
    expect({ truncated: packet.flag_tc, count: packet.answers!.length }).toEqual({
      truncated,
      count: truncated ? 0 : 40,
    });
    expect(packet.additionals!.map(({ type }) => type)).toEqual(additionals.map(({ type }) => type));
    if (truncated) expect(response!.length).toBeLessThanOrEqual(512);
  });

  test.each([
    { name: 'an answer', message: dnsPacket.encode({ type: 'response', id: 1, questions: [] }) },
    { name: 'less than a header', message: Buffer.from([0, 1, 2]) },
  ])('$name is not answered', async ({ message }) => expect(await ask(message)).toBeUndefined());

  const header = (opcode: number, questions: number) =>
    Buffer.from([0, 77, opcode << 3, 0, 0, questions, 0, 0, 0, 0, 0, 0]);
  test.each([
    { name: 'a question that ends too early', message: header(0, 1), rcode: 'FORMERR' },
    { name: 'no question', message: header(0, 0), rcode: 'FORMERR' },
    { name: 'an update', message: header(5, 0), rcode: 'NOTIMP' },
  ])('$name: $rcode', async ({ message, rcode }) => {
    expect(shown(await ask(message))).toMatchObject({ id: 77, rcode, answers: [] });
  });
});
