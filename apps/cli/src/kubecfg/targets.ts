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

/** Throws UsageError for a resource type that is not served. */
export function kindCalled(name: string): Kind {
  const wanted = name.toLowerCase();
  const found = kinds.find(({ resource }) => {
    const { plural, singular, shortNames } = resource;
    return [plural, singular, qualifiedName(resource), ...shortNames].includes(wanted);
  });
  if (!found) throw new UsageError(`the server doesn't have a resource type "${name}"`);
  return found;
}

/** `pods a b`, `pods/a rc/b`, `pods,services`, `all`. */
export function parseTargets(words: readonly string[]): readonly Target[] {
  const [first, ...rest] = words;
  if (first === undefined) throw new UsageError('say what: such as `pods`, `rc/hello` or `services hello`');
  if (words.some((word) => word.includes('/'))) return words.map(parseNamed);
  const types = first === 'all' ? kinds.filter(({ resource }) => resource.categories.includes('all')) : undefined;
  return (types ?? first.split(',').map(kindCalled)).map((kind) => ({ kind, names: rest }));
}

/** Exactly one object, such as `rc/hello` or `rc hello`; `defaultKind` where only a name may stand. */
export function parseObject(words: readonly string[], defaultKind?: string): { kind: Kind; name: string } {
  const [first, second] = words;
  if (first === undefined) throw new UsageError('say which object: such as `rc/hello`');
  if (first.includes('/')) return { kind: parseNamed(first).kind, name: parseNamed(first).names[0]! };
  if (second !== undefined) return { kind: kindCalled(first), name: second };
  if (defaultKind) return { kind: kindCalled(defaultKind), name: first };
  throw new UsageError(`which of the ${kindCalled(first).resource.plural}? Give its name.`);
}

function parseNamed(word: string): Target {
  const [type, name, ...more] = word.split('/');
  if (!type || !name || more.length > 0) throw new UsageError(`"${word}" is not of the form TYPE/NAME`);
  return { kind: kindCalled(type), names: [name] };
}
