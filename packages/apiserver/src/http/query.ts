// Owns the reading of query parameters into the options of an operation. What is wrong is the caller's 400 or 422.
import {
  applyPatchType,
  badRequestError,
  type DeleteOptions,
  type FieldError,
  forbidden,
  invalid,
  invalidError,
  type LogOptions,
  notSupported,
  type PatchType,
  required,
  type StatusError,
  timeProblem,
  tooLong,
  type WriteOptions,
} from '@berth/objects';
import { parseVersion } from '../watch-cache/versions.ts';

type Query = URLSearchParams;

/** `kind`: the options' own kind, which a message about them names. */
export function writeOptions(
  query: Query,
  kind: 'CreateOptions' | 'UpdateOptions',
  userAgent: string | undefined,
): WriteOptions {
  const errors = writeErrors(query);
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return writing(query, userAgent);
}

/** Beside what every write may say: what only an apply may, and what it must. Throws Invalid. */
export function patchOptions(query: Query, type: PatchType, userAgent: string | undefined): WriteOptions {
  const errors: FieldError[] = [];
  if (type !== applyPatchType) {
    if (query.has('force')) errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  } else if (!text(query, 'fieldManager')) {
    errors.push(required('fieldManager', 'is required for apply patch'));
  }
  errors.push(...writeErrors(query));
  if (errors.length > 0) throw invalidOptions('PatchOptions', errors);
  return writing(query, userAgent);
}

function writeErrors(query: Query): FieldError[] {
  const errors = fieldManagerErrors(text(query, 'fieldManager') ?? '');
  const dryRun = query.getAll('dryRun');
  if (!isDryRun(dryRun)) errors.push(notSupported('dryRun', dryRun, ['All']));
  const fieldValidation = text(query, 'fieldValidation');
  if (fieldValidation !== undefined && !isFieldValidation(fieldValidation))
    errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  return errors;
}

function writing(query: Query, userAgent: string | undefined): WriteOptions {
  return {
    dryRun: query.has('dryRun'),
    fieldValidation: text(query, 'fieldValidation') as WriteOptions['fieldValidation'],
    fieldManager: text(query, 'fieldManager') ?? defaultFieldManager(userAgent),
  };
}

/** DELETE takes its options in the body or, where there is none, in the query. */
export function deleteOptions(query: Query, body: unknown): Partial<DeleteOptions> {
  const options = body === undefined ? deleteOptionsOfQuery(query) : deleteOptionsOfBody(body ?? {});
  const errors: FieldError[] = [];
  const { propagationPolicy } = options;
  if (propagationPolicy !== undefined && options.orphanDependents !== undefined) {
    errors.push(
      invalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  const policies = ['Foreground', 'Background', 'Orphan'];
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy))
    errors.push(notSupported('propagationPolicy', propagationPolicy, [...policies, 'nil']));
  if (options.dryRun && !isDryRun(options.dryRun)) errors.push(notSupported('dryRun', options.dryRun, ['All']));
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  return options;
}

/** Of a get, which is answered with the newest whatever it names. Throws BadRequest on what is no version. */
export function checkVersion(query: Query): void {
  parseVersion(text(query, 'resourceVersion'));
}

export function logOptions(query: Query, pod: string): LogOptions {
  const options = {
    container: text(query, 'container'),
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    tailLines: integer(query, 'tailLines'),
    sinceSeconds: integer(query, 'sinceSeconds'),
    sinceTime: time(query, 'sinceTime'),
    limitBytes: integer(query, 'limitBytes'),
  };
  const errors: FieldError[] = [];
  if (options.tailLines !== undefined && options.tailLines < 0)
    errors.push(invalid('tailLines', options.tailLines, 'must be greater than or equal to 0'));
  if (options.limitBytes !== undefined && options.limitBytes < 1)
    errors.push(invalid('limitBytes', options.limitBytes, 'must be greater than 0'));
  if (options.sinceSeconds !== undefined && options.sinceTime !== undefined) {
    errors.push({
      type: 'FieldValueForbidden',
      // Of no field: so Kubernetes writes a path without a name.
      field: '[]',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  } else if (options.sinceSeconds !== undefined && options.sinceSeconds < 1) {
    errors.push(invalid('sinceSeconds', options.sinceSeconds, 'must be greater than 0'));
  }
  if (errors.length > 0) throw invalidError({ group: '', kind: 'PodLogOptions' }, pod, errors);
  return options;
}

export interface StreamsQuery {
  readonly container?: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Of an exec or an attach. */
export function streamsOptions(query: Query): StreamsQuery {
  const options = {
    container: text(query, 'container'),
    stdin: flag(query, 'stdin') ?? false,
    stdout: flag(query, 'stdout') ?? false,
    stderr: flag(query, 'stderr') ?? false,
    tty: flag(query, 'tty') ?? false,
  };
  if (!options.stdin && !options.stdout && !options.stderr)
    throw badRequestError('you must specify at least 1 of stdin, stdout, stderr');
  return options;
}

export function execCommand(query: Query): readonly string[] {
  const command = query.getAll('command');
  if (command.length === 0 || (command.length === 1 && command[0] === ''))
    throw invalidError({ group: '', kind: 'PodExecOptions' }, '', [required('command')]);
  return command;
}

/** Several times one, or several between commas. */
export function portForwardPorts(query: Query): readonly number[] {
  const words = query.getAll('ports').flatMap((value) => value.split(','));
  for (const word of words) {
    if (!/^\d{1,5}$/.test(word) || Number(word) < 1 || Number(word) > 65_535)
      throw badRequestError(`${JSON.stringify(word)} is not a valid port`);
  }
  return words.map(Number);
}

/** Kubernetes takes a parameter without a value, and anything but these two words, for true. */
export function flag(query: Query, name: string): boolean | undefined {
  const value = query.get(name);
  return value === null ? undefined : value !== '0' && value.toLowerCase() !== 'false';
}

export function text(query: Query, name: string): string | undefined {
  return query.get(name) || undefined;
}

/** A parameter without a value is no number. */
export function integer(query: Query, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const wrong = (problem: string) => badRequestError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: ${problem}`);
  if (!/^[+-]?\d+$/.test(value)) throw wrong('invalid syntax');
  const number = Number(value);
  if (Math.abs(number) > 2 ** 63) throw wrong('value out of range');
  return number;
}

/** As it was sent. Older clients send `null` for none. */
function time(query: Query, name: string): string | undefined {
  const value = text(query, name);
  if (value === undefined || value === 'null') return undefined;
  const problem = timeProblem(value);
  if (problem) throw badRequestError(problem);
  return value;
}

function isFieldValidation(value: string): boolean {
  return value === 'Ignore' || value === 'Warn' || value === 'Strict';
}

function isDryRun(values: readonly string[]): boolean {
  return values.every((value) => value === 'All');
}

function fieldManagerErrors(manager: string): FieldError[] {
  if (Buffer.byteLength(manager) > 128) return [tooLong('fieldManager', 128)];
  const errors: FieldError[] = [];
  let position = 0;
  for (const character of manager) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) {
      const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalid('fieldManager', manager, `invalid character U+${code} (at position ${position})`));
    }
    position += Buffer.byteLength(character);
  }
  return errors;
}

/** `kubectl/v1.32.0 (linux/amd64)…` writes as `kubectl`. */
function defaultFieldManager(userAgent: string | undefined): string {
  return userAgent?.split('/', 1)[0]?.slice(0, 128) || 'unknown';
}

function deleteOptionsOfQuery(query: Query): Partial<DeleteOptions> {
  const dryRun = query.getAll('dryRun');
  const preconditions = { uid: text(query, 'uid'), resourceVersion: text(query, 'resourceVersion') };
  return {
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    propagationPolicy: (query.get('propagationPolicy') ?? undefined) as DeleteOptions['propagationPolicy'],
    orphanDependents: flag(query, 'orphanDependents'),
    ...(dryRun.length > 0 ? { dryRun } : {}),
    ...(preconditions.uid || preconditions.resourceVersion ? { preconditions } : {}),
  };
}

function deleteOptionsOfBody(body: unknown): Partial<DeleteOptions> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequestError('the object provided is unrecognized (must be of type DeleteOptions)');
  const options = body as Record<string, unknown>;
  const { kind, gracePeriodSeconds, preconditions, propagationPolicy, orphanDependents, dryRun } = options;
  if (kind !== undefined && kind !== 'DeleteOptions')
    throw badRequestError(`${JSON.stringify(kind)} cannot be handled as a DeleteOptions`);
  const wrong = (field: string) =>
    badRequestError(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${field} has the wrong type`);
  if (!isNullOr(gracePeriodSeconds, Number.isSafeInteger)) throw wrong('gracePeriodSeconds');
  if (!isNullOr(preconditions, arePreconditions)) throw wrong('preconditions');
  if (!isNullOr(propagationPolicy, (value) => typeof value === 'string')) throw wrong('propagationPolicy');
  if (!isNullOr(orphanDependents, (value) => typeof value === 'boolean')) throw wrong('orphanDependents');
  if (!isNullOr(dryRun, Array.isArray)) throw wrong('dryRun');
  return {
    gracePeriodSeconds: gracePeriodSeconds ?? undefined,
    preconditions: preconditions ?? undefined,
    propagationPolicy: propagationPolicy ?? undefined,
    orphanDependents: orphanDependents ?? undefined,
    dryRun: dryRun ?? undefined,
  } as Partial<DeleteOptions>;
}

function arePreconditions(value: unknown): boolean {
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  const { uid, resourceVersion } = value as Record<string, unknown>;
  return [uid, resourceVersion].every((part) => isNullOr(part, (given) => typeof given === 'string'));
}

function isNullOr(value: unknown, holds: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || holds(value);
}

export function invalidOptions(kind: string, errors: readonly FieldError[]): StatusError {
  return invalidError({ group: 'meta.k8s.io', kind }, '', errors);
}
