// Owns one request of the fuzzer: which one it is depends on the seed and its index alone.
import { type Kind, kinds, measuredKinds, transientKinds } from '@berth/objects';
import { subresourceFacts } from '../../subresources.ts';
import { type Body, deleteBody, objectBody, patchBody } from './bodies.ts';
import { createDice, type Dice } from './dice.ts';
import { authorization, type Header, headersOf, upgradeHeaders } from './headers.ts';
import { manifestOf } from './manifests.ts';
import { damagedBytes } from './mutate.ts';
import { methodOf, nameOf, otherPath, pathOf, queryOf, type Target, targetOf } from './targets.ts';

type Json = Record<string, unknown>;

export interface FuzzRequest {
  /** With the administrator's certificate, or without any. */
  readonly as: 'admin' | 'nobody';
  readonly method: string;
  /** As it stands in the request's first line. */
  readonly path: string;
  /** As they go over the wire, headers and body. */
  readonly bytes: Buffer;
  /** The bytes are no whole HTTP request: the server may also answer by closing the connection. */
  readonly broken: boolean;
}

/** Requests by index. The same seed gives the same ones. */
export type Requests = (index: number) => FuzzRequest;

/** How many manifests of each kind the requests are made from. */
const variants = 12;

export function createRequests(seed: number): Requests {
  const served: readonly Kind[] = [...kinds, ...transientKinds, ...measuredKinds];
  const manifests = new Map<Kind, readonly Json[]>();
  for (const [place, kind] of served.entries())
    manifests.set(
      kind,
      Array.from({ length: variants }, (_, variant) =>
        manifestOf(kind, createDice(seed, -1 - place * variants - variant)),
      ),
    );

  return (index) => {
    const dice = createDice(seed, index);
    if (dice.chance(0.04)) return plainRequest(dice);
    const target = targetOf(served, dice);
    const manifest = addressed(target, dice.pick(manifests.get(target.kind)!), dice);
    return requestTo(target, manifest, dice);
  };
}

/** The manifest under the name that the request is about. */
function addressed({ kind, name, namespace }: Target, manifest: Json, dice: Dice): Json {
  const metadata: Json = { ...(manifest.metadata as Json), name: name ?? nameOf(kind, dice) };
  if (namespace && dice.chance(0.3)) metadata.namespace = namespace;
  if (dice.chance(0.03)) Object.assign(metadata, { name: undefined, generateName: 'fuzz-' });
  if (dice.chance(0.02)) metadata.resourceVersion = dice.pick(['1', '0', '99999', 'x']);
  const about = manifest.involvedObject as Json | undefined;
  return { ...manifest, metadata, ...(about && namespace ? { involvedObject: { ...about, namespace } } : {}) };
}

function requestTo(target: Target, manifest: Json, dice: Dice): FuzzRequest {
  const method = methodOf(target, dice);
  const path = pathOf(target, dice) + queryOf(target, dice);
  const { subresource } = target;
  const connects = subresource === undefined ? undefined : subresourceFacts(subresource).connects;
  const body = connects === 'streams' ? undefined : bodyFor(target, manifest, dice);
  const headers = headersOf(body?.type, dice);
  if (dice.chance(connects === 'streams' ? 0.8 : connects === 'requests' ? 0.2 : 0.005))
    headers.push(...upgradeHeaders(dice));
  return sent({ method, path, headers, body: body?.bytes }, dice);
}

function bodyFor(target: Target, manifest: Json, dice: Dice): Body | undefined {
  const { kind, verb, subresource } = target;
  switch (verb) {
    case 'create':
    case 'update':
      return objectBody(kind, subresource, { manifest, dice });
    case 'patch':
      return patchBody(kind, { manifest, dice });
    case 'delete':
    case 'deletecollection':
      return deleteBody(dice);
    default:
      return dice.chance(0.02) ? { type: 'application/json', bytes: Buffer.from('{}') } : undefined;
  }
}

/** Discovery, health, documents and what is not there. */
function plainRequest(dice: Dice): FuzzRequest {
  const method = dice.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']);
  return sent({ method, path: otherPath(dice), headers: headersOf(undefined, dice), body: undefined }, dice);
}

interface Message {
  readonly method: string;
  readonly path: string;
  readonly headers: Header[];
  readonly body: Buffer | undefined;
}

function sent(message: Message, dice: Dice): FuzzRequest {
  const { method, path, headers, body } = message;
  const as = dice.chance(0.03) ? 'nobody' : 'admin';
  if (as === 'nobody' && dice.chance(0.8)) headers.push(authorization(dice));
  const request = { as, method, path } as const;
  if (dice.chance(0.01)) return { ...request, bytes: brokenBytes(message, dice), broken: true };
  if (!body) return { ...request, bytes: headOf(message), broken: false };
  if (dice.chance(0.1)) {
    headers.push(['Transfer-Encoding', 'chunked']);
    return { ...request, bytes: Buffer.concat([headOf(message), chunked(body, dice)]), broken: false };
  }
  headers.push(['Content-Length', String(body.length)]);
  return { ...request, bytes: Buffer.concat([headOf(message), body]), broken: false };
}

function headOf({ method, path, headers }: Message): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
}

function chunked(body: Buffer, dice: Dice): Buffer {
  const pieces: Buffer[] = [];
  const size = dice.pick([1, 100, 4_096, 1_000_000]);
  const most = Math.max(size, Math.ceil(body.length / 2_000));
  for (let at = 0; at < body.length; at += most) {
    const piece = body.subarray(at, at + most);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

function brokenBytes(message: Message, dice: Dice): Buffer {
  const { method, path, headers, body = Buffer.alloc(0) } = message;
  const framing: readonly Header[] = dice.pick([
    [['Content-Length', String(body.length + 1_000)]],
    [['Content-Length', '-1']],
    [['Content-Length', 'x']],
    [
      ['Content-Length', '3'],
      ['Content-Length', '4'],
    ],
    [
      ['Content-Length', '3'],
      ['Transfer-Encoding', 'chunked'],
    ],
    [['Transfer-Encoding', 'gzip, chunked']],
    [['Transfer-Encoding', 'evil']],
    [['Content-Length', '99999999999999999999']],
    [['Bad Header', 'x']],
    [['X-Break', 'a\r\nInjected: b\r\n\r\nGET / HTTP/1.1']],
  ] as const);
  const whole = Buffer.concat([headOf({ method, path, headers: [...headers, ...framing], body }), body]);
  return dice.chance(0.5) ? whole : damagedBytes(whole.subarray(0, 4_096), dice);
}
