// Owns with whose name and password an image is pulled: `imagePullSecrets`, in the form of Docker's own configuration.
import { type Pod, type Secret, secrets } from '@berth/objects';
import type { ReferenceReader } from '../environment/environment.ts';
import type { RegistryCredentials } from '../runtime/port.ts';

/** How Docker's configuration names the registry of images that name none. */
const dockerHub = 'index.docker.io';

/** Of the first secret that knows the image's registry. One that is missing or unreadable is passed over. */
export async function pullCredentials(
  pod: Pod,
  image: string,
  references: ReferenceReader,
): Promise<RegistryCredentials | undefined> {
  const registry = registryOf(image);
  for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
    const secret = await references.read(secrets, name);
    const found = secret && credentialsOf(secret).find(({ server }) => server === registry);
    if (found) return found;
  }
  return undefined;
}

/** The first part of a name is a registry when it could not be anything else. */
export function registryOf(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  return /[.:]/.test(first) || first === 'localhost' ? first : dockerHub;
}

interface Entry {
  readonly username?: unknown;
  readonly password?: unknown;
  /** `username:password` in base64. */
  readonly auth?: unknown;
}

function credentialsOf({ data = {} }: Secret): RegistryCredentials[] {
  const current = parsed(data['.dockerconfigjson']);
  const entries = 'auths' in current ? current.auths : parsed(data['.dockercfg']);
  if (typeof entries !== 'object' || entries === null) return [];
  return Object.entries(entries).flatMap(([key, entry]: [string, Entry | null]) => {
    const login = entry && loginOf(entry);
    return login ? [{ server: hostOf(key), ...login }] : [];
  });
}

function parsed(base64: string | undefined): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64 ?? '', 'base64').toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function loginOf({ username, password, auth }: Entry): { username: string; password: string } | undefined {
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  if (typeof auth !== 'string') return undefined;
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** `https://index.docker.io/v1/` and `index.docker.io` are the same. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
