// Owns the answer to one DNS message: from the cluster's records, or from the machine's resolvers.
import type { Random } from '@berth/host';
import dnsPacket, { type Packet, type Answer as ResourceRecord } from 'dns-packet';
import type { Forwarder, Transport } from './forwarder.ts';
import type { ClusterRecords } from './records.ts';

export interface RespondOptions {
  readonly records: ClusterRecords;
  readonly forwarder: Pick<Forwarder, 'forward'>;
  readonly random: Random;
}

const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4 } as const;
type Rcode = keyof typeof rcodes;

const headerBytes = 12;
/** RFC 1035, 4.2.1: what a caller takes over UDP that says nothing else. */
const smallestUdp = 512;
const ownUdpPayload = 1_232;
const { AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE, RECURSION_DESIRED, TRUNCATED_RESPONSE } = dnsPacket;

/** Undefined: nothing that anybody could answer. */
export async function respond(
  message: Buffer,
  transport: Transport,
  options: RespondOptions,
): Promise<Buffer | undefined> {
  // An answer to an answer would never end.
  if (message.length < headerBytes || (message[2]! & 0x80) !== 0) return undefined;
  let query: Packet;
  try {
    query = dnsPacket.decode(message);
  } catch {
    return failure(message, 'FORMERR');
  }
  if (((message[2]! >> 3) & 0xf) !== 0) return failure(message, 'NOTIMP');
  const [question, ...others] = query.questions ?? [];
  if (!question || others.length > 0) return failure(message, 'FORMERR');
  const answer = options.records.answer(question);
  if (!answer) return (await options.forwarder.forward(message, transport)) ?? failure(message, 'SERVFAIL');

  const answers = [...answer.answers];
  if (answer.alias !== undefined && question.type !== 'CNAME') {
    const followed = await follow({ type: question.type, name: answer.alias }, transport, options);
    if (!followed) return failure(message, 'SERVFAIL');
    answers.push(...followed);
  }
  const authorities = answers.length === 0 ? [options.records.startOfAuthority()] : [];
  return encode(query, {
    rcode: answer.exists ? 'NOERROR' : 'NXDOMAIN',
    answers,
    authorities,
    additionals: [...answer.additionals],
    limit: transport === 'udp' ? udpLimit(query) : 65_535,
  });
}

/** What an alias leads to; undefined if that could not be found out. */
async function follow(
  question: { readonly type: string; readonly name: string },
  transport: Transport,
  { records, forwarder, random }: RespondOptions,
): Promise<readonly ResourceRecord[] | undefined> {
  const own = records.answer(question);
  // An alias of an alias in the cluster is given as it is; the caller asks again.
  if (own) return own.answers;
  const message = dnsPacket.encode({
    type: 'query',
    id: Math.floor(random.fraction() * 65_536),
    flags: RECURSION_DESIRED,
    questions: [{ type: question.type as 'A', name: question.name }],
  });
  const answer = await forwarder.forward(message, transport);
  return answer && dnsPacket.decode(answer).answers;
}

interface Response {
  readonly rcode: Rcode;
  readonly answers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
  readonly additionals: ResourceRecord[];
  readonly limit: number;
}

function encode(query: Packet, { rcode, answers, authorities, additionals, limit }: Response): Buffer {
  const flags = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED) | rcodes[rcode];
  const options: ResourceRecord[] = query.additionals?.some(({ type }) => type === 'OPT')
    ? [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: ownUdpPayload,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ]
    : [];
  const packet: Packet = { type: 'response', id: query.id, flags, questions: query.questions };
  const whole = dnsPacket.encode({ ...packet, answers, authorities, additionals: [...additionals, ...options] });
  if (whole.length <= limit) return whole;
  const bare = dnsPacket.encode({ ...packet, answers, authorities, additionals: options });
  if (bare.length <= limit) return bare;
  // The caller asks again over TCP.
  return dnsPacket.encode({ ...packet, flags: flags | TRUNCATED_RESPONSE, additionals: options });
}

function udpLimit(query: Packet): number {
  const option = query.additionals?.find((record) => record.type === 'OPT');
  return option ? Math.max(smallestUdp, option.udpPayloadSize) : smallestUdp;
}

/** The question's own bytes with the answer's header, for what could not be read or resolved. */
function failure(message: Buffer, rcode: Rcode): Buffer {
  const response = Buffer.from(rcode === 'SERVFAIL' ? message : message.subarray(0, headerBytes));
  response[2] = (message[2]! & 0x79) | 0x80;
  response[3] = 0x80 | rcodes[rcode];
  if (rcode !== 'SERVFAIL') response.fill(0, 4, headerBytes);
  return response;
}
