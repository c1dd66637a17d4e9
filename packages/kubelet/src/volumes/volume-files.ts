// Owns the files of the volumes that come out of the API: config maps, secrets, the downward API, tokens of service
// accounts, and projections of them.
import { isDeepStrictEqual } from 'node:util';
import {
  type ConfigMapVolumeSource,
  configMaps,
  type DownwardAPIVolumeSource,
  type KeyToPath,
  type Pod,
  type ProjectedVolumeSource,
  type SecretVolumeSource,
  type ServiceAccountTokenProjection,
  secrets,
  type Volume,
} from '@berth/objects';
import type { ReferenceReader } from '../environment/environment.ts';
import { fieldValue, type PodFacts, resourceValue } from '../environment/fields.ts';
import type { VolumeFile } from './atomic-directory.ts';

/** Why a volume cannot be mounted, in the words of the pod's event. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

export interface VolumeSources {
  readonly facts: PodFacts;
  readonly references: ReferenceReader;
  /** A token for the pod as its service account. */
  readonly token: (projection: ServiceAccountTokenProjection) => Promise<string>;
}

type Files = Map<string, VolumeFile>;

const defaultFileMode = 0o644;

/** The files of a volume, by their path in it; undefined for a volume of another kind. */
export async function filesOf(volume: Volume, sources: VolumeSources): Promise<Files | undefined> {
  if (volume.configMap) return configMapFiles(volume.configMap, volume.configMap.defaultMode, sources);
  if (volume.secret) {
    return secretFiles({ ...volume.secret, name: volume.secret.secretName }, volume.secret.defaultMode, sources);
  }
  if (volume.downwardAPI) return downwardFiles(volume.downwardAPI, volume.downwardAPI.defaultMode, sources);
  if (volume.projected) return projectedFiles(volume.projected, sources);
  return undefined;
}

/** Whether volumes of the pod tell of itself what has changed: of what they can tell, only its metadata does. */
export function changesFiles({ metadata: before }: Pod, { metadata: after, spec }: Pod): boolean {
  const tells = spec.volumes?.some(
    ({ downwardAPI, projected }) =>
      downwardAPI !== undefined || projected?.sources?.some((source) => source.downwardAPI) === true,
  );
  return (
    tells === true &&
    !(isDeepStrictEqual(before.labels, after.labels) && isDeepStrictEqual(before.annotations, after.annotations))
  );
}

type ConfigMapSource = Pick<ConfigMapVolumeSource, 'name' | 'items' | 'optional'>;
type SecretSource = Pick<SecretVolumeSource, 'items' | 'optional'> & { readonly name?: string };
type DownwardSource = Pick<DownwardAPIVolumeSource, 'items'>;

async function configMapFiles(
  source: ConfigMapSource,
  mode: number | undefined,
  sources: VolumeSources,
): Promise<Files> {
  const name = source.name ?? '';
  const found = await sources.references.read(configMaps, name);
  if (!found) return missing('configmap', name, source.optional);
  const content = new Map<string, Uint8Array>();
  for (const [key, text] of Object.entries(found.data ?? {})) content.set(key, Buffer.from(text));
  for (const [key, text] of Object.entries(found.binaryData ?? {})) content.set(key, Buffer.from(text, 'base64'));
  return selected(content, source, mode, `configmap references non-existent config key`);
}

async function secretFiles(source: SecretSource, mode: number | undefined, sources: VolumeSources): Promise<Files> {
  const name = source.name ?? '';
  const found = await sources.references.read(secrets, name);
  if (!found) return missing('secret', name, source.optional);
  const content = new Map<string, Uint8Array>();
  for (const [key, text] of Object.entries(found.data ?? {})) content.set(key, Buffer.from(text, 'base64'));
  return selected(content, source, mode, 'references non-existent secret key');
}

function missing(kind: string, name: string, optional: boolean | undefined): Files {
  if (optional) return new Map();
  throw new VolumeError(`${kind} "${name}" not found`);
}

function selected(
  content: ReadonlyMap<string, Uint8Array>,
  source: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  mode: number | undefined,
  complaint: string,
): Files {
  const files: Files = new Map();
  const fallback = mode ?? defaultFileMode;
  if (!source.items?.length) {
    for (const [key, bytes] of content) files.set(key, { content: bytes, mode: fallback });
    return files;
  }
  for (const item of source.items) {
    const bytes = content.get(item.key);
    if (bytes) files.set(safePath(item.path), { content: bytes, mode: item.mode ?? fallback });
    else if (!source.optional) throw new VolumeError(`${complaint}: ${item.key}`);
  }
  return files;
}

/** The API forbids such paths; a volume never writes outside of itself whatever the API let through. */
function safePath(path: string): string {
  const parts = path.split('/');
  if (path.startsWith('/') || parts.some((part) => part === '..' || part === '') || parts[0]?.startsWith('..')) {
    throw new VolumeError(`invalid path ${JSON.stringify(path)}`);
  }
  return path;
}

function downwardFiles(source: DownwardSource, mode: number | undefined, { facts }: VolumeSources): Files {
  const files: Files = new Map();
  for (const item of source.items ?? []) {
    const value = item.fieldRef
      ? fieldValue(facts, item.fieldRef.fieldPath)
      : item.resourceFieldRef && resourceValue(facts, item.resourceFieldRef, '');
    if (value === undefined) throw new VolumeError(`cannot resolve the item ${JSON.stringify(item.path)}`);
    files.set(safePath(item.path), { content: Buffer.from(value), mode: item.mode ?? mode ?? defaultFileMode });
  }
  return files;
}

async function tokenFiles(
  source: ServiceAccountTokenProjection,
  mode: number | undefined,
  { token }: VolumeSources,
): Promise<Files> {
  const content = Buffer.from(await token(source));
  return new Map([[safePath(source.path), { content, mode: mode ?? defaultFileMode }]]);
}

async function projectedFiles(projected: ProjectedVolumeSource, sources: VolumeSources): Promise<Files> {
  const files: Files = new Map();
  const mode = projected.defaultMode;
  for (const source of projected.sources ?? []) {
    const part = source.configMap
      ? await configMapFiles(source.configMap, mode, sources)
      : source.secret
        ? await secretFiles(source.secret, mode, sources)
        : source.downwardAPI
          ? downwardFiles(source.downwardAPI, mode, sources)
          : source.serviceAccountToken
            ? await tokenFiles(source.serviceAccountToken, mode, sources)
            : undefined;
    if (!part) throw new VolumeError(`projections of ${Object.keys(source).join(', ')} are not supported`);
    for (const [path, file] of part) files.set(path, file);
  }
  return files;
}
