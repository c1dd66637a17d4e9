// Owns manifests that the API takes, of every kind: made from the API facts, and mended by what validation says of them.
import { decode, type FieldError, type Kind, type Shape, StatusError, structOf } from '@berth/objects';
import type { Dice } from './dice.ts';
import { plausible, plausibleStruct, words } from './values.ts';

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

const given = { namespace: 'fuzz', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
const rounds = 40;

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] },
};
const finite = { spec: { ...template.spec, restartPolicy: 'Never' } };
const resourceAttributes = { resourceAttributes: { verb: 'get', resource: 'pods' } };

/** Where one field's value depends on another's, which mending does not find out: a part that fits together. */
const wholes: Readonly<Record<string, Json>> = {
  ControllerRevision: { data: { spec: {} }, revision: 1 },
  CronJob: { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: finite } } } },
  DaemonSet: { spec: { selector: { matchLabels: { app: 'web' } }, template } },
  Deployment: { spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template } },
  Event: { involvedObject: { kind: 'Pod', namespace: 'fuzz', name: 'fuzz-0' } },
  Job: { spec: { template: finite } },
  LocalSubjectAccessReview: { spec: { user: 'jane', ...resourceAttributes } },
  Pod: { spec: { containers: template.spec.containers } },
  ReplicaSet: { spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template } },
  ReplicationController: { spec: { replicas: 2, selector: { app: 'web' }, template } },
  SelfSubjectAccessReview: { spec: resourceAttributes },
  Service: { spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] } },
  SubjectAccessReview: { spec: { user: 'jane', ...resourceAttributes } },
};

/** A manifest that validation takes, or what is left of one that could not be mended. */
export function manifestOf(kind: Kind, dice: Dice): Json {
  const whole = structuredClone(wholes[kind.resource.kind] ?? {});
  const body = dice.chance(0.5)
    ? { ...plausibleStruct(kind.resource.type, dice, 5), ...whole, metadata: metadataOf(dice) }
    : { ...merged(plausibleStruct(kind.resource.type, dice, 5), whole), metadata: metadataOf(dice) };
  const tries = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const errors = problemsOf(kind, body);
    if (errors.length === 0) break;
    for (const error of errors) mend(kind, body, { error, dice, tries });
  }
  return body;
}

function merged(value: unknown, over: unknown): Json {
  const result = { ...(value as Json) };
  for (const [key, item] of Object.entries(over as Json))
    result[key] = isStruct(item) && isStruct(result[key]) ? merged(result[key], item) : item;
  return result;
}

function isStruct(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function metadataOf(dice: Dice): Json {
  return {
    name: 'fuzz-0',
    ...(dice.chance(0.7) ? { labels: { app: dice.pick(['web', 'db']), [`x.y/${dice.below(3)}`]: 'v' } } : {}),
    ...(dice.chance(0.4) ? { annotations: { note: dice.pick(words) } } : {}),
    ...(dice.chance(0.05) ? { finalizers: ['example.com/hold'] } : {}),
    ...(dice.chance(0.1)
      ? { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: `u${dice.below(9)}` }] }
      : {}),
  };
}

/** What the API server would say of a create. */
function problemsOf(kind: Kind, body: Json): readonly FieldError[] {
  try {
    const { object } = decode(kind.resource, body);
    const draft = object as unknown as { metadata: Json };
    const { namespace, ...rest } = given;
    Object.assign(draft.metadata, rest, kind.resource.namespaced ? { namespace } : {});
    kind.setDefaults?.(object);
    kind.prepareForCreate?.(object);
    return kind.validate(object as never);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return (
      error.details?.causes?.map((cause) => ({
        type: 'FieldValueInvalid' as const,
        field: cause.field ?? '',
        message: cause.message ?? '',
      })) ?? [{ type: 'FieldValueInvalid', field: fieldIn(error.message), message: error.message }]
    );
  }
}

/** The field that a decoder's message names: `…Go struct field PodSpec.spec.containers of type…`. */
function fieldIn(message: string): string {
  return /Go struct field \w*\.(\S+)/.exec(message)?.[1] ?? 'spec';
}

interface Mending {
  readonly error: FieldError;
  readonly dice: Dice;
  /** How often each field was at fault. */
  readonly tries: Map<string, number>;
}

function mend(kind: Kind, body: Json, mending: Mending): void {
  const { error, tries } = mending;
  const path = pathOf(error.field);
  const count = (tries.get(error.field) ?? 0) + 1;
  tries.set(error.field, count);
  const value = count < 6 ? better(shapeAt(kind.resource.type, path), mending) : undefined;
  if (value !== undefined) put(body, path, value);
  else remove(body, path.slice(0, Math.max(1, path.length - Math.floor(count / 6))));
}

/** A value that may be right where another was not; undefined: none is known. */
function better(shape: Shape | undefined, { error, dice }: Mending): unknown {
  if (error.type === 'FieldValueNotSupported') {
    const [, list = ''] = error.message.split('supported values: ');
    const supported = [...list.matchAll(/"([^"]*)"/g)].map(([, value]) => value!);
    if (supported.length > 0) return dice.pick(supported);
  }
  if (!shape || error.type === 'FieldValueForbidden') return undefined;
  if (error.type === 'FieldValueRequired') {
    const value = plausible(shape, dice, 3);
    return isEmpty(value) ? undefined : value;
  }
  return shape.form === 'scalar' || shape.form === 'opaque' ? plausible(shape, dice, 0) : undefined;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** `spec.containers[0].ports`, `data[a/b]`. */
function pathOf(field: string): Path {
  return [...field.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, inBrackets]) => {
    if (inBrackets === undefined) return whole;
    return /^\d+$/.test(inBrackets) ? Number(inBrackets) : inBrackets;
  });
}

function shapeAt(type: string, path: Path): Shape | undefined {
  let shape: Shape | undefined = { form: 'struct', type, goName: '' };
  for (const step of path) {
    if (shape?.form === 'struct') shape = structOf(shape.type).field(String(step))?.shape;
    else if (shape?.form === 'list' || shape?.form === 'map') shape = shape.element;
    else return undefined;
  }
  return shape;
}

function put(body: Json, path: Path, value: unknown): void {
  let at: Record<string | number, unknown> = body;
  for (const [index, step] of path.slice(0, -1).entries()) {
    const key = Array.isArray(at) ? Math.min(Number(step), at.length) : step;
    if (typeof at[key] !== 'object' || at[key] === null) at[key] = typeof path[index + 1] === 'number' ? [] : {};
    at = at[key] as Record<string | number, unknown>;
  }
  const last = path.at(-1)!;
  // A list has no holes.
  if (Array.isArray(at) && Number(last) > at.length) at.push(value);
  else at[last] = value;
}

function remove(body: Json, path: Path): void {
  let at: unknown = body;
  for (const step of path.slice(0, -1)) {
    if (typeof at !== 'object' || at === null) return;
    at = (at as Record<string | number, unknown>)[step];
  }
  const last = path.at(-1)!;
  if (Array.isArray(at) && typeof last === 'number') at.splice(last, 1);
  else if (typeof at === 'object' && at !== null) delete (at as Record<string | number, unknown>)[last];
}
