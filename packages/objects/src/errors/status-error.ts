// Owns every error that leaves the API server: a Status with the right reason and code, from one typed table.
// Source: Kubernetes API conventions, "Response Status Kind".
import type { Status, StatusCause, StatusDetails } from '../api/types.ts';
import { qualifiedName } from '../resource.ts';
import type { FieldError } from './field-error.ts';

/** HTTP code of each reason. A reason that is missing here does not compile. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  Gone: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

export type StatusReason = keyof typeof codes;

interface NamedResource {
  readonly group: string;
  readonly plural: string;
}

export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly reason: StatusReason;
  readonly code: number;
  readonly details: StatusDetails | undefined;

  constructor(reason: StatusReason, message: string, details?: StatusDetails, code: number = codes[reason]) {
    super(message);
    this.reason = reason;
    this.code = code;
    this.details = details;
  }

  /** The Status object that goes over the wire. */
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }

  /** The error that a Status from the wire stands for. */
  static from(status: Partial<Status>): StatusError {
    const reason = status.reason && status.reason in codes ? (status.reason as StatusReason) : 'InternalError';
    return new StatusError(reason, status.message ?? 'unknown error', status.details, status.code ?? codes[reason]);
  }
}

/** Whether an error is a StatusError of this reason. */
export function isReason(error: unknown, reason: StatusReason): error is StatusError {
  return error instanceof StatusError && error.reason === reason;
}

function details(resource: NamedResource, name: string, causes?: readonly StatusCause[]): StatusDetails {
  return {
    ...(name ? { name } : {}),
    ...(resource.group ? { group: resource.group } : {}),
    kind: resource.plural,
    ...(causes ? { causes } : {}),
  };
}

export function notFoundError(resource: NamedResource, name: string): StatusError {
  return new StatusError('NotFound', `${qualifiedName(resource)} "${name}" not found`, details(resource, name));
}

/** What is answered where no kind is served. */
export function notServedError(): StatusError {
  return new StatusError('NotFound', 'the server could not find the requested resource', {});
}

/** `there`: the object that has the name, if it is known. */
export function alreadyExistsError(
  resource: NamedResource,
  name: string,
  there: { readonly deletionTimestamp?: string } = {},
): StatusError {
  const state = there.deletionTimestamp ? 'object is being deleted: ' : '';
  const message = `${state}${qualifiedName(resource)} "${name}" already exists`;
  return new StatusError('AlreadyExists', message, details(resource, name));
}

export function conflictError(resource: NamedResource, name: string, detail: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${detail}`;
  return new StatusError('Conflict', message, details(resource, name));
}

/** The conflict of an update that was decided on an older resourceVersion. */
export function staleError(resource: NamedResource, name: string): StatusError {
  return conflictError(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

export function forbiddenError(resource: NamedResource, name: string, detail: string): StatusError {
  const named = name ? `${qualifiedName(resource)} "${name}" is forbidden` : `${qualifiedName(resource)} is forbidden`;
  return new StatusError('Forbidden', `${named}: ${detail}`, details(resource, name));
}

/** Bad fields of an object, which may have no name yet. `kind` is the object's kind: `Pod`. */
export function invalidError(
  kind: { readonly group: string; readonly kind: string },
  name: string | undefined,
  errors: readonly FieldError[],
): StatusError {
  const causes = errors.map(({ type, field, message }) => ({ reason: type, message, field }));
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualified = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return new StatusError('Invalid', `${qualified} "${name ?? ''}" is invalid: ${list}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes,
  });
}

export function badRequestError(message: string): StatusError {
  return new StatusError('BadRequest', message);
}

export function expiredError(message: string): StatusError {
  return new StatusError('Expired', message);
}

/** A list in parts whose state is forgotten, with the token by which the rest can be had as it is now. */
class ExpiredContinuationError extends StatusError {
  readonly #token: string;

  constructor(token: string) {
    super(
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
    this.#token = token;
  }

  override toStatus(): Status {
    return { ...super.toStatus(), metadata: { continue: this.#token } };
  }
}

export function expiredContinuationError(token: string): StatusError {
  return new ExpiredContinuationError(token);
}

/** A read at a version that the server has not reached. */
export function resourceVersionTooLargeError(wanted: string, current: string): StatusError {
  const message = `Too large resource version: ${wanted}, current: ${current}`;
  return new StatusError('Timeout', `Timeout: ${message}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
