// Owns how a command line names resources and objects: `pods`, `po`, `rc/hello`, `pods,services`, `leases.coordination.k8s.io`.
import { type Kind, kinds, qualifiedName } from '@berth/objects';

/** What a command was pointed at: kinds, and in each the names; no names: all of them. */
export interface Target {
  readonly kind: Kind;
  readonly names: readonly string[];
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A name that is no kind's. */
export class UnknownKindError extends UsageError {}

/** Throws UnknownKindError. */
export function kindCalled(name: string, known: readonly Kind[] = kinds): Kind {
  const wanted = name.toLowerCase();
  const found = known.find(({ resource }) => {
    const { plural, singular, shortNames } = resource;
    return [plural, singular, qualifiedName(resource), ...shortNames].includes(wanted);
  });
  if (!found) throw new UnknownKindError(`the server doesn't have a resource type "${name}"`);
  return found;
}

/** `pods a b`, `pods/a rc/b`, `pods,services`, `all`. */
export function parseTargets(words: readonly string[], known: readonly Kind[] = kinds): readonly Target[] {
  const [first, ...rest] = words;
  if (first === undefined) throw new UsageError('say what: such as `pods`, `rc/hello` or `services hello`');
  if (words.some((word) => word.includes('/'))) return words.map((word) => parseNamed(word, known));
  const types = first === 'all' ? known.filter(({ resource }) => resource.categories.includes('all')) : undefined;
  return (types ?? first.split(',').map((name) => kindCalled(name, known))).map((kind) => ({ kind, names: rest }));
}

/** Exactly one object, such as `rc/hello` or `rc hello`; `defaultKind` where only a name may stand. */
export function parseObject(
  words: readonly string[],
  defaultKind?: string,
  known: readonly Kind[] = kinds,
): { kind: Kind; name: string } {
  const [first, second] = words;
  if (first === undefined) throw new UsageError('say which object: such as `rc/hello`');
  if (first.includes('/')) return { kind: parseNamed(first, known).kind, name: parseNamed(first, known).names[0]! };
  if (second !== undefined) return { kind: kindCalled(first, known), name: second };
  if (defaultKind) return { kind: kindCalled(defaultKind, known), name: first };
  throw new UsageError(`which of the ${kindCalled(first, known).resource.plural}? Give its name.`);
}

function parseNamed(word: string, known: readonly Kind[]): Target {
  const [type, name, ...more] = word.split('/');
  if (!type || !name || more.length > 0) throw new UsageError(`"${word}" is not of the form TYPE/NAME`);
  return { kind: kindCalled(type, known), names: [name] };
}
