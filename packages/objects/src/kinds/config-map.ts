// Owns what a person can know about ConfigMap beyond the API facts.
import type { ConfigMap } from '../api/types.ts';
import { type FieldError, forbidden, invalid, tooLong } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { configMaps } from '../resource.ts';
import { problemsOf } from '../validation/field-checks.ts';
import { configMapKeyProblems } from '../validation/names.ts';
import { ageColumn, countColumn, nameColumn } from './columns.ts';
import { immutableDataErrors, MAX_DATA_BYTES } from './data-rules.ts';
import type { Kind } from './kind.ts';

export const configMapKind: Kind<ConfigMap> = {
  resource: configMaps,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,

  validate({ data = {}, binaryData = {} }) {
    const errors: FieldError[] = [];
    let bytes = 0;
    for (const [key, value] of Object.entries(data)) {
      errors.push(...problemsOf(`data[${key}]`, key, configMapKeyProblems(key)));
      if (Object.hasOwn(binaryData, key))
        errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
      bytes += Buffer.byteLength(value);
    }
    for (const [key, value] of Object.entries(binaryData)) {
      errors.push(...problemsOf(`binaryData[${key}]`, key, configMapKeyProblems(key)));
      bytes += Buffer.byteLength(value, 'base64');
    }
    // No single field is too long: this is how Kubernetes writes the path of the whole.
    if (bytes > MAX_DATA_BYTES) errors.push(tooLong('[]', MAX_DATA_BYTES));
    return errors;
  },
  validateUpdate(object, old) {
    const errors = immutableDataErrors(object, old);
    if (old.immutable && !sameJson(object.binaryData ?? {}, old.binaryData ?? {}))
      errors.push(forbidden('binaryData', 'field is immutable when `immutable` is set'));
    return errors;
  },

  columns: [
    nameColumn,
    countColumn(
      'Data',
      'How many keys it has.',
      ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    ),
    ageColumn,
  ],
  fieldSelectors: {},
};
