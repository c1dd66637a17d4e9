// Owns how a value of a custom resource stands in a message, and errors about such values: Kubernetes prints what its
// parser made of the JSON.
import type { FieldError, FieldErrorType } from '../errors/field-error.ts';
import { isObject } from '../json-value.ts';

/** As Go prints a value by itself: `"a"`, `1`, `map[string]interface {}{"a":1}`. */
export function shownValue(value: unknown): string {
  return value === null || value === undefined ? '"null"' : goSyntax(value);
}

function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]interface {}{${entries.map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`).join(', ')}}`;
}

/** An error whose message shows the value. `field` empty: the object as a whole, which messages call `<nil>`. */
export function valueError(
  field: string,
  value: unknown,
  detail: string,
  type: FieldErrorType = 'FieldValueInvalid',
): FieldError {
  return { type, field: field || '<nil>', message: `Invalid value: ${shownValue(value)}: ${detail}` };
}

export function unsupportedValue(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const list = supported.map((item) => JSON.stringify(typeof item === 'string' ? item : JSON.stringify(item)));
  return {
    type: 'FieldValueNotSupported',
    field: field || '<nil>',
    message: `Unsupported value: ${shownValue(value)}: supported values: ${list.join(', ')}`,
  };
}

export function duplicateValue(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, message: `Duplicate value: ${shownValue(value)}` };
}
