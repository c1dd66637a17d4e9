// Owns the rules that config maps and secrets share.
import { type FieldError, forbidden } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';

export const MAX_DATA_BYTES = 1024 * 1024;

interface Data {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
}

export function immutableDataErrors(object: Data, old: Data): FieldError[] {
  if (!old.immutable) return [];
  const problem = 'field is immutable when `immutable` is set';
  const errors: FieldError[] = [];
  if (!object.immutable) errors.push(forbidden('immutable', problem));
  if (!sameJson(object.data ?? {}, old.data ?? {})) errors.push(forbidden('data', problem));
  return errors;
}
