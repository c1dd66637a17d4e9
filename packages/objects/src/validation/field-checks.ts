// Owns the checks that many fields share, each giving field errors. `field` is always the path of what is checked.
import { isIP } from 'node:net';
import { type FieldError, invalid, notSupported, required } from '../errors/field-error.ts';
import { labelValueProblems, portNameProblems, portNumberProblems, qualifiedNameProblems } from './names.ts';

/** Every problem of the value as an error of the field. */
export function problemsOf(field: string, value: unknown, problems: readonly string[]): FieldError[] {
  return problems.map((problem) => invalid(field, value, problem));
}

/** Something must stand there, and it must be right. */
export function requiredText(
  field: string,
  value: string | undefined,
  problems: (text: string) => string[] = () => [],
): FieldError[] {
  return value ? problemsOf(field, value, problems(value)) : [required(field)];
}

/** One of the values must stand there. */
export function requiredChoice(field: string, value: string | undefined, choices: readonly string[]): FieldError[] {
  return value ? choice(field, value, choices) : [required(field)];
}

/** One of the values, if anything stands there. */
export function choice(field: string, value: string | undefined, choices: readonly string[]): FieldError[] {
  return !value || choices.includes(value) ? [] : [notSupported(field, value, choices)];
}

/** One of the values, if anything stands there, and an empty text is something. */
export function givenChoice(field: string, value: string | undefined, choices: readonly string[]): FieldError[] {
  return value === undefined || choices.includes(value) ? [] : [notSupported(field, value, choices)];
}

export const negativeProblem = 'must be greater than or equal to 0';

export function notNegative(field: string, value: number | undefined): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(field, value, negativeProblem)] : [];
}

const percentProblem =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A count, or a part of one such as `25%`. */
export function countOrPercent(field: string, value: number | string | undefined): FieldError[] {
  if (typeof value !== 'string') return notNegative(field, value);
  return /^[0-9]+%$/.test(value) ? [] : [invalid(field, value, percentProblem)];
}

/** Of something of which there cannot be more than all. */
export function atMostAll(field: string, value: number | string | undefined): FieldError[] {
  const tooMuch = typeof value === 'string' && /^[0-9]+%$/.test(value) && Number.parseInt(value, 10) > 100;
  return tooMuch ? [invalid(field, value, 'must not be greater than 100%')] : [];
}

/** Whether it stands for nothing at all, of however many. */
export function isNone(value: number | string | undefined): boolean {
  return typeof value === 'string' ? /^0+%$/.test(value) : (value ?? 0) === 0;
}

export const addressProblem = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

export function address(field: string, value: string): FieldError[] {
  return isIP(value) ? [] : [invalid(field, value, addressProblem)];
}

export function portNumberOrName(field: string, port: number | string | undefined): FieldError[] {
  if (typeof port === 'string') return problemsOf(field, port, portNameProblems(port));
  return problemsOf(field, port ?? 0, portNumberProblems(port ?? 0));
}

/** Keys and values of labels. */
export function labels(field: string, map: Readonly<Record<string, string>> | undefined): FieldError[] {
  return Object.entries(map ?? {}).flatMap(([key, value]) => [
    ...problemsOf(field, key, qualifiedNameProblems(key)),
    ...problemsOf(field, value, labelValueProblems(value)),
  ]);
}

export function immutable(field: string, value: unknown, old: unknown): FieldError[] {
  return value === old ? [] : [invalid(field, value, 'field is immutable')];
}

export const protocols = ['SCTP', 'TCP', 'UDP'] as const;
