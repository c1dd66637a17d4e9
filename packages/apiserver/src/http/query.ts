// Owns the reading of query parameters into the options of an operation. What is wrong is the caller's 400 or 422.
import {
  applyPatchType,
  badRequestError,
  type DeleteOptions,
  type FieldError,
  forbidden,
  invalid,
  invalidError,
  type ListOptions,
  type LogOptions,
  notSupported,
  type PatchType,
  required,
  tooLong,
  type WatchOptions,
  type WriteOptions,
} from '@berth/objects';

type Query = URLSearchParams;

export function listOptions(query: Query, namespace: string | undefined): ListOptions {
  return {
    namespace,
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    resourceVersion: text(query, 'resourceVersion'),
    resourceVersionMatch: versionMatch(query),
    limit: integer(query, 'limit'),
    continue: text(query, 'continue'),
  };
}

/** The time-out is the HTTPS layer's own business; the rest goes to the core. */
export function watchOptions(query: Query, namespace: string | undefined): Omit<WatchOptions, 'signal'> {
  const sendInitialEvents = flag(query, 'sendInitialEvents');
  if (sendInitialEvents && versionMatch(query) !== 'NotOlderThan') {
    throw invalidOptions('ListOptions', [
      {
        type: 'FieldValueForbidden',
        field: 'resourceVersionMatch',
        message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    ]);
  }
  return {
    namespace,
    labelSelector: text(query, 'labelSelector'),
    fieldSelector: text(query, 'fieldSelector'),
    resourceVersion: text(query, 'resourceVersion'),
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks'),
    sendInitialEvents,
    timeoutSeconds: integer(query, 'timeoutSeconds'),
  };
}

/** `kind`: the options' own kind, which a message about them names. */
export function writeOptions(
  query: Query,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  userAgent: string | undefined,
): WriteOptions {
  const errors: FieldError[] = [];
  const fieldValidation = text(query, 'fieldValidation');
  if (fieldValidation !== undefined && !isFieldValidation(fieldValidation))
    errors.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  const dryRun = query.getAll('dryRun');
  if (!isDryRun(dryRun)) errors.push(notSupported('dryRun', dryRun, ['All']));
  const fieldManager = text(query, 'fieldManager');
  if (fieldManager !== undefined) errors.push(...fieldManagerErrors(fieldManager));
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation as WriteOptions['fieldValidation'],
    fieldManager: fieldManager ?? defaultFieldManager(userAgent),
  };
}

/** What only an apply may say, and what it must. Throws Invalid. */
export function checkPatchOptions(query: Query, type: PatchType): void {
  if (type !== applyPatchType) {
    if (query.has('force'))
      throw invalidOptions('PatchOptions', [forbidden('force', 'may not be specified for non-apply patch')]);
  } else if (!text(query, 'fieldManager')) {
    throw invalidOptions('PatchOptions', [required('fieldManager', 'is required for apply patch')]);
  }
}

/** DELETE takes its options in the body or, where there is none, in the query. */
export function deleteOptions(query: Query, body: unknown): Partial<DeleteOptions> {
  const options = body === undefined ? deleteOptionsOfQuery(query) : deleteOptionsOfBody(body);
  const errors: FieldError[] = [];
  if (options.dryRun && !isDryRun(options.dryRun)) errors.push(notSupported('dryRun', options.dryRun, ['All']));
  const policies = ['Foreground', 'Background', 'Orphan'];
  if (options.propagationPolicy !== undefined && !policies.includes(options.propagationPolicy))
    errors.push(notSupported('propagationPolicy', options.propagationPolicy, [...policies, 'nil']));
  if (options.propagationPolicy !== undefined && options.orphanDependents !== undefined) {
    errors.push(
      invalid(
        'propagationPolicy',
        options.propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  return options;
}

export function logOptions(query: Query): LogOptions {
  const options = {
    container: text(query, 'container'),
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    tailLines: integer(query, 'tailLines'),
    sinceSeconds: integer(query, 'sinceSeconds'),
    sinceTime: text(query, 'sinceTime'),
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
      field: '',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  } else if (options.sinceSeconds !== undefined && options.sinceSeconds < 1) {
    errors.push(invalid('sinceSeconds', options.sinceSeconds, 'must be greater than 0'));
  }
  if (options.sinceTime !== undefined && Number.isNaN(Date.parse(options.sinceTime)))
    throw badRequestError(`parsing time ${JSON.stringify(options.sinceTime)} as RFC 3339 failed`);
  if (errors.length > 0) throw invalidError({ group: '', kind: 'PodLogOptions' }, '', errors);
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

/** Kubernetes takes a parameter without a value, and anything but these words, for true. */
export function flag(query: Query, name: string): boolean | undefined {
  const value = query.get(name);
  return value === null ? undefined : !['false', '0', 'False', 'FALSE', 'f', 'F'].includes(value);
}

function text(query: Query, name: string): string | undefined {
  return query.get(name) || undefined;
}

function integer(query: Query, name: string): number | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(value))
    throw badRequestError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

function versionMatch(query: Query): ListOptions['resourceVersionMatch'] {
  const value = text(query, 'resourceVersionMatch');
  if (value === undefined || value === 'Exact' || value === 'NotOlderThan') return value;
  throw invalidOptions('ListOptions', [notSupported('resourceVersionMatch', value, ['Exact', 'NotOlderThan'])]);
}

function isFieldValidation(value: string): boolean {
  return value === 'Ignore' || value === 'Warn' || value === 'Strict';
}

function isDryRun(values: readonly string[]): boolean {
  return values.every((value) => value === 'All');
}

function fieldManagerErrors(manager: string): FieldError[] {
  if (Buffer.byteLength(manager) > 128) return [tooLong('fieldManager', 128)];
  if (/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(manager))
    return [invalid('fieldManager', manager, 'should only contain printable characters')];
  return [];
}

/** `kubectl/v1.32.0 (linux/amd64)…` writes as `kubectl`. */
function defaultFieldManager(userAgent: string | undefined): string {
  return userAgent?.split('/', 1)[0]?.slice(0, 128) || 'unknown';
}

function deleteOptionsOfQuery(query: Query): Partial<DeleteOptions> {
  const dryRun = query.getAll('dryRun');
  return {
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    propagationPolicy: text(query, 'propagationPolicy') as DeleteOptions['propagationPolicy'],
    orphanDependents: flag(query, 'orphanDependents'),
    ...(dryRun.length > 0 ? { dryRun } : {}),
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
  if (!isNullOr(preconditions, (value) => typeof value === 'object' && !Array.isArray(value)))
    throw wrong('preconditions');
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

function isNullOr(value: unknown, holds: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || holds(value);
}

function invalidOptions(kind: string, errors: readonly FieldError[]) {
  return invalidError({ group: 'meta.k8s.io', kind }, '', errors);
}
