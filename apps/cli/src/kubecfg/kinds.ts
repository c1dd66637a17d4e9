// Owns which kinds a person may name: the built-in ones, and those that are defined in the cluster, which is asked for
// them only when a name is no built-in one.
import type { Reader } from '@berth/client';
import {
  compareVersions,
  customKinds,
  customResourceDefinitions,
  hasAcceptedNames,
  type Kind,
  kinds,
} from '@berth/objects';
import type { Session } from './session.ts';
import { UnknownKindError } from './targets.ts';

/** What `read` makes of the kinds that there are. It throws UnknownKindError for a name that is none of them. */
export async function named<T>({ client }: Session, read: (known: readonly Kind[]) => T): Promise<T> {
  try {
    return read(kinds);
  } catch (error) {
    if (!(error instanceof UnknownKindError)) throw error;
    // Who may not see the definitions is told the same as if there were none.
    const defined = await definedKinds(client).catch(() => []);
    if (defined.length === 0) throw error;
    return read([...kinds, ...defined]);
  }
}

/** Of each resource, the version first that clients should prefer. */
async function definedKinds(client: Reader): Promise<Kind[]> {
  const { items } = await client.list(customResourceDefinitions);
  const byPreference = (a: Kind, b: Kind) => compareVersions(a.resource.version, b.resource.version);
  return items
    .filter(hasAcceptedNames)
    .flatMap((definition) => [...customKinds(definition).versions].sort(byPreference));
}
