// Owns how a command line names resources and objects: `pods`, `po`, `rc/hello`, `pods,services`, `all`,
// `leases.coordination.k8s.io`, `deploy.v1.apps`.
import { type Kind, kinds } from '@berth/objects';

/** What kubecfg has to know of a kind. */
export type KnownKind = Pick<Kind, 'resource' | 'columns'>;

export interface Known {
  readonly kinds: readonly KnownKind[];
  /** What the server serves, in its order; undefined: it was not asked. */
  readonly served?: readonly KnownKind[];
}

export const builtIn: Known = { kinds };

/** What a command was pointed at: kinds, and in each the names; no names: all of them. */
export interface Target {
  readonly kind: KnownKind;
  readonly names: readonly string[];
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A name that is no kind's. */
export class UnknownKindError extends UsageError {}

/** Throws UnknownKindError. */
export function kindCalled(name: string, known: Known = builtIn): KnownKind {
  const [wanted = '', ...rest] = name.toLowerCase().split('.');
  const where = rest.join('.');
  const found = known.kinds.find(({ resource: { plural, singular, shortNames, group, version } }) => {
    const isPlace = where === '' || where === group || where === `${version}.${group}`;
    return isPlace && [plural, singular, ...shortNames].includes(wanted);
  });
  if (!found) throw unknown(name);
  return found;
}

/** A category, such as `all`, is whatever the server has in it. Throws UnknownKindError. */
function kindsCalled(name: string, known: Known): readonly KnownKind[] {
  const { kinds: all, served } = known;
  const members = (served ?? all).filter(({ resource }) => resource.categories.includes(name.toLowerCase()));
  if (members.length === 0) return [kindCalled(name, known)];
  if (!served) throw unknown(name);
  return members;
}

function unknown(name: string): UnknownKindError {
  return new UnknownKindError(`the server doesn't have a resource type "${name}"`);
}

/** `pods a b`, `pods/a rc/b`, `pods,services`, `all`. */
export function parseTargets(words: readonly string[], known: Known = builtIn): readonly Target[] {
  const [first, ...rest] = words;
  if (first === undefined) throw new UsageError('say what: such as `pods`, `rc/hello` or `services hello`');
  if (words.some((word) => word.includes('/'))) return words.map((word) => parseNamed(word, known));
  return first.split(',').flatMap((name) => kindsCalled(name, known).map((kind) => ({ kind, names: rest })));
}

/** Exactly one object, such as `rc/hello` or `rc hello`; `defaultKind` where only a name may stand. */
export function parseObject(
  words: readonly string[],
  defaultKind?: string,
  known: Known = builtIn,
): { kind: KnownKind; name: string } {
  const [first, second] = words;
  if (first === undefined) throw new UsageError('say which object: such as `rc/hello`');
  if (first.includes('/')) return { kind: parseNamed(first, known).kind, name: parseNamed(first, known).names[0]! };
  if (second !== undefined) return { kind: kindCalled(first, known), name: second };
  if (defaultKind) return { kind: kindCalled(defaultKind, known), name: first };
  throw new UsageError(`which of the ${kindCalled(first, known).resource.plural}? Give its name.`);
}

function parseNamed(word: string, known: Known): Target {
  const [type, name, ...more] = word.split('/');
  if (!type || !name || more.length > 0) throw new UsageError(`"${word}" is not of the form TYPE/NAME`);
  return { kind: kindCalled(type, known), names: [name] };
}
