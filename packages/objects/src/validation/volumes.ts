// Owns validation of a pod's volumes: exactly one source each, and what each source must say. Sources whose storage is
// outside the cluster are checked for their required fields.
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  Volume,
  VolumeProjection,
  VolumeSource,
} from '../api/types.ts';
import { duplicate, type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import { parseQuantity } from '../quantity.ts';
import { validateFieldRef, validateResourceFieldRef } from './environment.ts';
import { choice, problemsOf, requiredText } from './field-checks.ts';
import { dns1123LabelProblems } from './names.ts';

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

export function validateVolumes(field: string, volumes: readonly Volume[]): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const item = `${field}[${index}]`;
    const errors = validateSource(item, volume);
    if (!volume.name) errors.push(required(`${item}.name`));
    else {
      errors.push(...problemsOf(`${item}.name`, volume.name, dns1123LabelProblems(volume.name)));
      if (names.has(volume.name)) errors.push(duplicate(`${item}.name`, volume.name));
      names.add(volume.name);
    }
    return errors;
  });
}

function validateSource(field: string, { name: _, ...sources }: Volume): FieldError[] {
  const [first, second] = Object.keys(sources) as (keyof VolumeSource)[];
  if (!first) return [required(field, 'must specify a volume type')];
  const errors = checkSource(`${field}.${first}`, first, sources);
  if (second) errors.push(forbidden(`${field}.${second}`, 'may not specify more than 1 volume type'));
  return errors;
}

function checkSource(field: string, name: keyof VolumeSource, source: VolumeSource): FieldError[] {
  switch (name) {
    case 'emptyDir':
      return checkEmptyDir(field, source.emptyDir ?? {});
    case 'hostPath':
      return checkHostPath(field, source.hostPath ?? { path: '' });
    case 'configMap':
      return checkKeyed(field, { ...source.configMap, named: 'name' });
    case 'secret':
      return checkKeyed(field, { ...source.secret, name: source.secret?.secretName, named: 'secretName' });
    case 'downwardAPI':
      return [
        ...checkMode(`${field}.defaultMode`, source.downwardAPI?.defaultMode),
        ...checkDownward(field, source.downwardAPI?.items ?? []),
      ];
    case 'projected':
      return checkProjected(field, source.projected ?? {});
    case 'persistentVolumeClaim':
      return requiredText(`${field}.claimName`, source.persistentVolumeClaim?.claimName);
    case 'nfs':
      return checkNfs(field, source.nfs ?? { server: '', path: '' });
    case 'csi':
      return requiredText(`${field}.driver`, source.csi?.driver);
    case 'image':
      return requiredText(`${field}.reference`, source.image?.reference);
    default:
      return [];
  }
}

function checkEmptyDir(field: string, { sizeLimit }: NonNullable<Volume['emptyDir']>): FieldError[] {
  return sizeLimit !== undefined && parseQuantity(sizeLimit).nano < 0n
    ? [forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
    : [];
}

function checkHostPath(field: string, { path, type }: NonNullable<Volume['hostPath']>): FieldError[] {
  if (!path) return [required(`${field}.path`)];
  return [...noBacksteps(`${field}.path`, path), ...choice(`${field}.type`, type, hostPathTypes)];
}

function checkNfs(field: string, { server, path }: NonNullable<Volume['nfs']>): FieldError[] {
  const errors = [...requiredText(`${field}.server`, server), ...requiredText(`${field}.path`, path)];
  if (path && !path.startsWith('/')) errors.push(invalid(`${field}.path`, path, 'must be an absolute path'));
  return errors;
}

interface Keyed {
  readonly name?: string;
  readonly named: 'name' | 'secretName';
  readonly items?: readonly KeyToPath[];
  readonly defaultMode?: number;
}

/** A config map or a secret. */
function checkKeyed(field: string, { name, named, items = [], defaultMode }: Keyed): FieldError[] {
  return [
    ...requiredText(`${field}.${named}`, name),
    ...checkMode(`${field}.defaultMode`, defaultMode),
    ...checkItems(`${field}.items`, items),
  ];
}

function checkItems(field: string, items: readonly KeyToPath[]): FieldError[] {
  return items.flatMap(({ key, path, mode }, index) => [
    ...requiredText(`${field}[${index}].key`, key),
    ...checkFilePath(`${field}[${index}].path`, path),
    ...checkMode(`${field}[${index}].mode`, mode),
  ]);
}

function checkMode(field: string, mode: number | undefined): FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}

function checkDownward(field: string, files: readonly DownwardAPIVolumeFile[]): FieldError[] {
  return files.flatMap(({ path, fieldRef, resourceFieldRef, mode }) => {
    const errors = checkFilePath(`${field}.path`, path);
    if (fieldRef) errors.push(...validateFieldRef(`${field}.fieldRef`, fieldRef, volumeFields));
    if (resourceFieldRef) {
      if (!resourceFieldRef.containerName) errors.push(required(`${field}.resourceFieldRef.containerName`));
      errors.push(...validateResourceFieldRef(`${field}.resourceFieldRef`, resourceFieldRef));
    }
    if (fieldRef && resourceFieldRef)
      errors.push(invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    if (!fieldRef && !resourceFieldRef)
      errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
    return [...errors, ...checkMode(`${field}.mode`, mode)];
  });
}

function checkProjected(field: string, { sources = [], defaultMode }: ProjectedVolumeSource): FieldError[] {
  return [
    ...checkMode(`${field}.defaultMode`, defaultMode),
    ...sources.flatMap((source, index) => [
      ...checkProjection(`${field}.sources[${index}]`, source),
      // Here Kubernetes leaves the source out of the path.
      ...(source.serviceAccountToken ? checkFilePath(`${field}.path`, source.serviceAccountToken.path) : []),
    ]),
  ];
}

function checkProjection(field: string, projection: VolumeProjection): FieldError[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  const errors: FieldError[] = [];
  if (configMap) errors.push(...checkKeyed(`${field}.configMap`, { ...configMap, named: 'name' }));
  if (secret) errors.push(...checkKeyed(`${field}.secret`, { ...secret, named: 'name' }));
  if (downwardAPI) errors.push(...checkDownward(`${field}.downwardAPI`, downwardAPI.items ?? []));
  if (serviceAccountToken) {
    const { expirationSeconds } = serviceAccountToken;
    const at = `${field}.serviceAccountToken`;
    if (expirationSeconds !== undefined && expirationSeconds < 600)
      errors.push(
        invalid(`${at}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes'),
      );
  }
  const given = [configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle].filter(Boolean).length;
  if (given > 1) errors.push(forbidden(field, 'may not specify more than 1 volume type'));
  return errors;
}

/** A file in a volume: relative, and nowhere else. */
function checkFilePath(field: string, path: string): FieldError[] {
  if (!path) return [required(field)];
  const errors = relativePath(field, path);
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalid(field, path, "must not start with '..'"));
  return errors;
}

export function relativePath(field: string, path: string): FieldError[] {
  return [
    ...(path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []),
    ...noBacksteps(field, path),
  ];
}

function noBacksteps(field: string, path: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];
}
