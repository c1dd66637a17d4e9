// Owns the bodies that the fuzzer sends: objects in the three encodings, and patches of the four kinds.
import {
  apiVersionOf,
  applyPatchType,
  hasProtobuf,
  type Kind,
  type PatchType,
  protobufDocument,
  protobufMessage,
} from '@berth/objects';
import { stringify } from 'yaml';
import { bodyOf } from '../../subresources.ts';
import type { Dice } from './dice.ts';
import { damaged, damagedBytes, textOf } from './mutate.ts';
import { hostile, plausibleStruct } from './values.ts';

type Json = Record<string, unknown>;

export interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

const nastyYaml = [
  'a: &a ["x","x","x"]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]\n',
  '&a [*a]',
  'metadata: &m\n  name: fuzz-0\n  <<: *m\n',
  '--- \n---\n',
  '!!js/function "x"',
  '? {a: 1}\n: b',
  '- - - - -',
  '"\\x',
  '%YAML 9.9\n---\na: b',
  'a: !!binary "%%%"',
  `${'['.repeat(5_000)}`,
  '\t\t',
  '',
];

/** An object for a create or an update, or an odd thing instead of it. `manifest` has its name and namespace. */
export function objectBody(
  kind: Kind,
  subresource: string | undefined,
  { manifest, dice }: { manifest: Json; dice: Dice },
): Body {
  const expected = bodyOf(kind, subresource);
  const other = expected.kind !== kind.resource.kind;
  const right = other
    ? partOf(expected, manifest, dice)
    : { kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource), ...manifest };
  const document = dice.chance(0.65) ? right : damaged(right, dice);
  const form = dice.below(20);
  if (form === 0) return { type: 'application/json', bytes: damagedBytes(Buffer.from(textOf(document, dice)), dice) };
  if (form === 1) return { type: 'application/yaml', bytes: Buffer.from(dice.pick(nastyYaml)) };
  if (form === 2) return { type: 'application/json', bytes: Buffer.from(textOf(hostile(dice), dice)) };
  if (form <= 5) return { type: 'application/yaml', bytes: yamlOf(document, dice) };
  if (form <= 10 && !expected.kind.endsWith('ProxyOptions') && hasProtobuf(expected.type))
    return protobufBody(right, expected, dice);
  return { type: 'application/json', bytes: Buffer.from(textOf(document, dice)) };
}

/** What a subresource takes: a scale, a binding, an eviction. */
function partOf(expected: { kind: string; type: string }, manifest: Json, dice: Dice): Json {
  // What is sent on to a program is a document of no kind that is known here.
  if (expected.kind.endsWith('ProxyOptions')) return manifest;
  const known: Readonly<Record<string, Json>> = {
    Binding: { target: { kind: 'Node', name: `fuzz-${dice.below(4)}` } },
    Scale: { spec: { replicas: dice.below(5) } },
    TokenRequest: { spec: { expirationSeconds: 3600 } },
  };
  return { ...plausibleStruct(expected.type, dice, 3), ...known[expected.kind], metadata: manifest.metadata };
}

function yamlOf(document: unknown, dice: Dice): Buffer {
  // YAML's own writer would follow a depth of thousands down the stack; JSON is YAML too.
  const text = textOf(document, dice);
  if (text.length > 50_000 || dice.chance(0.3)) return Buffer.from(text);
  try {
    return Buffer.from(stringify(JSON.parse(text), { aliasDuplicateObjects: dice.chance(0.5) }));
  } catch {
    return Buffer.from(text);
  }
}

function protobufBody(document: Json, expected: { kind: string; type: string }, dice: Dice): Body {
  // Without what is undefined, as JSON has it.
  const { apiVersion, kind, ...fields } = JSON.parse(JSON.stringify(document)) as Json;
  const message = protobufMessage(fields as never, expected.type);
  const bytes = protobufDocument(
    { apiVersion: String(apiVersion ?? 'v1'), kind: String(kind ?? expected.kind) },
    message,
  );
  return { type: 'application/vnd.kubernetes.protobuf', bytes: dice.chance(0.45) ? damagedBytes(bytes, dice) : bytes };
}

const patchTypes: readonly PatchType[] = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  applyPatchType,
];

export function patchBody(kind: Kind, { manifest, dice }: { manifest: Json; dice: Dice }): Body {
  const type = dice.pick(patchTypes);
  const whole = { kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource), ...manifest };
  const text = textOf(patchOf(type, { whole, dice }), dice);
  const bytes = Buffer.from(text);
  return { type, bytes: dice.chance(0.03) ? damagedBytes(bytes, dice) : bytes };
}

function patchOf(type: PatchType, { whole, dice }: { whole: Json; dice: Dice }): unknown {
  if (dice.chance(0.03)) return hostile(dice);
  switch (type) {
    case 'application/json-patch+json':
      return Array.from({ length: dice.pick([1, 1, 2, 5, 40]) }, () => operation(whole, dice));
    case applyPatchType:
      return dice.chance(0.6) ? whole : damaged(whole, dice);
    case 'application/merge-patch+json':
      return dice.chance(0.4) ? someOf(whole, dice) : damaged(someOf(whole, dice), dice);
    case 'application/strategic-merge-patch+json':
      return withDirectives(dice.chance(0.5) ? someOf(whole, dice) : damaged(someOf(whole, dice), dice), dice);
  }
}

/** Some of the top-level fields, and some plausible others. */
function someOf(whole: Json, dice: Dice): Json {
  const { apiVersion, kind, metadata, ...rest } = whole;
  const { labels, annotations, finalizers } = (metadata ?? {}) as Json;
  const kept = Object.fromEntries(Object.entries(rest).filter(() => dice.chance(0.6)));
  return {
    ...(dice.chance(0.2) ? { apiVersion, kind } : {}),
    ...(dice.chance(0.5) ? { metadata: { labels, annotations, finalizers: dice.chance(0.2) ? [] : finalizers } } : {}),
    ...kept,
  };
}

const directives: readonly Json[] = [
  { $patch: 'replace' },
  { $patch: 'delete' },
  { $patch: 'merge' },
  { $patch: 'evil' },
  { $patch: null },
  { $patch: {} },
  { $retainKeys: ['type'] },
  { $retainKeys: 'type' },
  { $retainKeys: [null] },
  { '$setElementOrder/containers': [{ name: 'main' }, { name: 'gone' }] },
  { '$setElementOrder/containers': 'x' },
  { '$setElementOrder/ports': [{}] },
  { '$deleteFromPrimitiveList/finalizers': ['example.com/hold'] },
  { '$deleteFromPrimitiveList/finalizers': { a: 1 } },
  { '$deleteFromPrimitiveList/containers': [1] },
  { '$deleteFromPrimitiveList/': [] },
];

/** Puts directives into some of the objects of a patch, and among the items of its lists. */
function withDirectives(patch: unknown, dice: Dice): unknown {
  if (typeof patch !== 'object' || patch === null) return patch;
  if (Array.isArray(patch)) {
    const items = patch.slice(0, 200).map((item) => withDirectives(item, dice));
    return dice.chance(0.15) ? [...items, dice.pick(directives)] : items;
  }
  const entries = Object.entries(patch).map(([key, value]) => [key, withDirectives(value, dice)] as const);
  return Object.fromEntries([...entries, ...(dice.chance(0.15) ? Object.entries(dice.pick(directives)) : [])]);
}

const pointers = [
  '',
  '/',
  '/-',
  '/metadata',
  '/metadata/labels/app',
  '/metadata/name',
  '/metadata/resourceVersion',
  '/spec',
  '/status',
  '/kind',
  '/__proto__/x',
  '/constructor/prototype/x',
  '/metadata/labels/x.y~10',
  '/~',
  '/~2',
  '/spec/containers/0/image',
  '/spec/containers/-',
  '/spec/containers/00',
  '/spec/containers/999999999',
  '/spec/containers/-1',
  '/data',
  '/data/k',
  '/nothing/at/all',
  'no-slash',
  '/metadata/annotations/copy',
];

function operation(whole: Json, dice: Dice): unknown {
  const own = Object.keys(whole).map((key) => `/${key}`);
  const pointer = () => dice.pick(dice.chance(0.5) ? pointers : own);
  const op = dice.pick(['add', 'add', 'replace', 'replace', 'remove', 'test', 'copy', 'move', 'copy', 'evil']);
  const value = dice.chance(0.5)
    ? hostile(dice)
    : (Object.values(whole)[dice.below(Object.keys(whole).length)] as unknown);
  const made: Json = { op, path: pointer(), value, from: pointer() };
  if (dice.chance(0.1)) delete made[dice.pick(['op', 'path', 'value', 'from'])];
  return dice.chance(0.03) ? hostile(dice) : made;
}

/** The options of a delete. */
export function deleteBody(dice: Dice): Body | undefined {
  if (dice.chance(0.5)) return undefined;
  const right = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds: dice.pick([0, 1, 30]),
    propagationPolicy: dice.pick(['Background', 'Foreground', 'Orphan']),
    ...(dice.chance(0.1) ? { preconditions: { uid: 'u', resourceVersion: '1' } } : {}),
    ...(dice.chance(0.1) ? { dryRun: ['All'] } : {}),
  };
  const document = dice.chance(0.6) ? right : damaged(right, dice);
  if (dice.chance(0.2)) {
    const type = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
    const { kind: _, apiVersion: __, ...fields } = right;
    return protobufBody({ ...right, ...fields }, { kind: 'DeleteOptions', type }, dice);
  }
  return { type: 'application/json', bytes: Buffer.from(textOf(document, dice)) };
}
