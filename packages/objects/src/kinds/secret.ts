// Owns what a person can know about Secret beyond the API facts.
import type { Secret } from '../api/types.ts';
import { type FieldError, invalid, required, tooLong } from '../errors/field-error.ts';
import { secrets } from '../resource.ts';
import { immutable, problemsOf } from '../validation/field-checks.ts';
import { configMapKeyProblems } from '../validation/names.ts';
import { ageColumn, columnOf, countColumn, nameColumn } from './columns.ts';
import { immutableDataErrors, MAX_DATA_BYTES } from './data-rules.ts';
import type { Kind } from './kind.ts';

/** Keys that a secret of the type must have. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};
const jsonTypes = ['kubernetes.io/dockercfg', 'kubernetes.io/dockerconfigjson'];
const ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';

export const secretKind: Kind<Secret> = {
  resource: secrets,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,

  setDefaults(draft) {
    draft.type ||= 'Opaque';
    if (!draft.stringData) return;
    draft.data ??= {};
    for (const [key, value] of Object.entries(draft.stringData))
      draft.data[key] = Buffer.from(value).toString('base64');
    // Only ever written: it is never read back.
    delete draft.stringData;
  },

  validate(secret) {
    const { data = {} } = secret;
    const errors: FieldError[] = [];
    let bytes = 0;
    for (const [key, value] of Object.entries(data)) {
      errors.push(...problemsOf(`data[${key}]`, key, configMapKeyProblems(key)));
      bytes += Buffer.byteLength(value, 'base64');
    }
    if (bytes > MAX_DATA_BYTES) errors.push(tooLong('data', MAX_DATA_BYTES));
    return [...errors, ...validateType(secret)];
  },
  validateUpdate: (object, old) => [...immutable('type', object.type, old.type), ...immutableDataErrors(object, old)],

  columns: [
    nameColumn,
    columnOf('Type', 'What the secret is used for.', ({ type }) => type ?? ''),
    countColumn('Data', 'How many keys it has.', ({ data }) => Object.keys(data ?? {}).length),
    ageColumn,
  ],
  fieldSelectors: { type: ({ type }) => type ?? '' },
};

function validateType({ type = '', data = {}, metadata }: Secret): FieldError[] {
  const has = (key: string) => Object.hasOwn(data, key);
  if (type === 'kubernetes.io/service-account-token')
    return metadata.annotations?.[ACCOUNT_ANNOTATION] ? [] : [required(`metadata.annotations[${ACCOUNT_ANNOTATION}]`)];
  if (type === 'kubernetes.io/basic-auth')
    return has('username') || has('password') ? [] : [required('data[username]'), required('data[password]')];
  const keys = Object.hasOwn(requiredKeys, type) ? (requiredKeys[type] ?? []) : [];
  return keys.flatMap((key) => {
    if (!has(key)) return [required(`data[${key}]`)];
    return jsonTypes.includes(type) ? validateJson(`data[${key}]`, data[key] ?? '') : [];
  });
}

function validateJson(field: string, value: string): FieldError[] {
  try {
    JSON.parse(Buffer.from(value, 'base64').toString());
    return [];
  } catch {
    // The parser's message would quote what is secret.
    return [invalid(field, '<secret contents redacted>', 'is not JSON')];
  }
}
