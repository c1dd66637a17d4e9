// Owns that all servers of a store have one authority: by it agents and clients know them, and each takes the
// certificates and tokens that another has signed. The first server of a cluster writes down which it is.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { type Api, type ConfigMap, configMaps, isReason, type New } from '@berth/objects';
import { ensure, serverUser } from './ensure.ts';

export interface ClusterAuthority {
  /** PEM of the certificate authority. */
  readonly ca: string;
  /** PEM of the private key that signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
  /** Where they lie, for whoever has to mend it. */
  readonly directory: string;
  /** Whether other servers may use the store. If not, a new authority takes the place of the old one. */
  readonly isShared: boolean;
}

const target = { namespace: 'kube-system', name: 'berth-authority' };

/** Throws an Error with a sentence for people if the cluster of this store has another authority. Writes nothing. */
export async function checkAuthority(api: Api, authority: ClusterAuthority): Promise<void> {
  const { items } = await api.list(serverUser, configMaps, {
    namespace: target.namespace,
    fieldSelector: `metadata.name=${target.name}`,
  });
  for (const { data = {} } of items) refuseOther(differenceOf(data, recordOf(authority).data), authority);
}

/** Throws the same, since another server may have begun the cluster a moment ago; else it has this authority from then on. */
export async function joinCluster(api: Api, authority: ClusterAuthority): Promise<void> {
  const own = recordOf(authority);
  await ensure(api, configMaps, own);
  const found = await api.get(serverUser, configMaps, target);
  const difference = differenceOf(found.data ?? {}, own.data);
  if (difference === undefined) return;
  refuseOther(difference, authority);
  try {
    await api.update(serverUser, configMaps, target, { ...found, data: own.data });
  } catch (error) {
    if (!isReason(error, 'Conflict')) throw error;
    await joinCluster(api, authority);
  }
}

function refuseOther(difference: Difference | undefined, { isShared, directory }: ClusterAuthority): void {
  if (!isShared || difference === undefined || difference === 'unreadable') return;
  throw new Error(
    `${difference} in ${directory} is not that of the cluster in this etcd, whose agents and tokens would not know ` +
      'this server: copy ca.crt, ca.key, sa.key and sa.pub there from the pki directory of one of its servers, and ' +
      'start again; or give this server an etcd of its own, if it is to be another cluster',
  );
}

function recordOf({ ca, serviceAccountKey }: ClusterAuthority): New<ConfigMap> & { readonly data: Data } {
  const key = createPublicKey(serviceAccountKey).export({ type: 'spki', format: 'pem' }).toString();
  return { metadata: { ...target }, data: { 'ca.crt': ca, 'sa.pub': key } };
}

type Data = Readonly<Record<string, string>>;
type Difference = 'the certificate authority' | 'the key of service account tokens' | 'unreadable';

/** A certificate of the same key is the same authority, as when it was renewed. */
function differenceOf(found: Data, own: Data): Difference | undefined {
  try {
    const authorityOf = (data: Data) => new X509Certificate(data['ca.crt'] ?? '').publicKey;
    if (!authorityOf(found).equals(authorityOf(own))) return 'the certificate authority';
    const keyOf = (data: Data) => createPublicKey(data['sa.pub'] ?? '');
    return keyOf(found).equals(keyOf(own)) ? undefined : 'the key of service account tokens';
  } catch {
    return 'unreadable';
  }
}
