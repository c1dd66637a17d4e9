// Owns which kinds a person may name: the built-in ones, and whatever else the server has, which is asked for it only
// when a name is no built-in one, or one of a category, such as `all`.
import type { Discoverer, Reader } from '@berth/client';
import {
  ageColumn,
  compareVersions,
  customKinds,
  customResourceDefinitions,
  hasAcceptedNames,
  type Kind,
  kinds,
  nameColumn,
  type Resource,
} from '@berth/objects';
import type { Session } from './session.ts';
import { builtIn, type Known, type KnownKind, UnknownKindError } from './targets.ts';

/** What `read` makes of the kinds that there are. It throws UnknownKindError for a name that is none of them. */
export async function named<T>({ client }: Pick<Session, 'client'>, read: (known: Known) => T): Promise<T> {
  try {
    return read(builtIn);
  } catch (error) {
    if (!(error instanceof UnknownKindError)) throw error;
    return read(await servedKinds(client));
  }
}

async function servedKinds(client: Reader & Discoverer): Promise<Known> {
  const [discovered, defined] = await Promise.all([
    client.discover(),
    // Who may not see the definitions does without their columns.
    definedKinds(client).catch((): Kind[] => []),
  ]);
  const known: readonly KnownKind[] = [...kinds, ...defined];
  const served = discovered
    .filter(({ verbs }) => verbs.includes('list'))
    .map((resource) => known.find((kind) => isSame(kind.resource, resource)) ?? plainKind(resource));
  // Manifests may name versions that nobody would choose.
  return { kinds: [...served, ...known.filter((kind) => !served.includes(kind))], served };
}

/** Of each resource, the version first that clients should prefer. */
async function definedKinds(client: Reader): Promise<Kind[]> {
  const { items } = await client.list(customResourceDefinitions);
  const byPreference = (a: Kind, b: Kind) => compareVersions(a.resource.version, b.resource.version);
  return items
    .filter(hasAcceptedNames)
    .flatMap((definition) => [...customKinds(definition).versions].sort(byPreference));
}

function isSame(a: Resource, b: Resource): boolean {
  return a.group === b.group && a.version === b.version && a.plural === b.plural;
}

/** Of a kind of which discovery is all that is known. */
function plainKind(resource: Resource): KnownKind {
  return { resource, columns: [nameColumn, ageColumn] };
}
