// Owns how the API's errors become errors of tRPC: one typed table, and the bad fields go along.
import { StatusError, type StatusReason } from '@berth/objects';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { ErrorCause, FieldProblem } from './answers.ts';

type Code = TRPCError['code'];

/** A reason that is missing here does not compile. */
const codes: Record<StatusReason, Code> = {
  BadRequest: 'BAD_REQUEST',
  // The gateway's own standing with the API server, not the browser's session: signing in again would not help.
  Unauthorized: 'INTERNAL_SERVER_ERROR',
  Forbidden: 'FORBIDDEN',
  NotFound: 'NOT_FOUND',
  MethodNotAllowed: 'METHOD_NOT_SUPPORTED',
  NotAcceptable: 'BAD_REQUEST',
  AlreadyExists: 'CONFLICT',
  Conflict: 'CONFLICT',
  Expired: 'PRECONDITION_FAILED',
  Gone: 'PRECONDITION_FAILED',
  RequestEntityTooLarge: 'PAYLOAD_TOO_LARGE',
  UnsupportedMediaType: 'UNSUPPORTED_MEDIA_TYPE',
  Invalid: 'UNPROCESSABLE_CONTENT',
  TooManyRequests: 'TOO_MANY_REQUESTS',
  InternalError: 'INTERNAL_SERVER_ERROR',
  ServiceUnavailable: 'SERVICE_UNAVAILABLE',
  Timeout: 'GATEWAY_TIMEOUT',
};

/** The bad fields that a Status names. */
export function problemsOf(error: StatusError): FieldProblem[] {
  return (error.details?.causes ?? []).map(({ field, message }) => ({ field: field ?? '', message: message ?? '' }));
}

/** A refusal by the gateway itself, with what the browser may be told besides the message. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: Code;
  readonly detail: ErrorCause;

  constructor(code: Code, message: string, detail: Partial<ErrorCause> & Pick<ErrorCause, 'reason'>) {
    super(message);
    this.code = code;
    this.detail = { problems: [], ...detail };
  }
}

/** What a procedure threw, as browsers get it: what is not meant for them becomes one sentence. */
export function asTrpcError(thrown: TRPCError): TRPCError {
  const { cause } = thrown;
  if (cause instanceof StatusError) return new TRPCError({ code: codes[cause.reason], message: cause.message, cause });
  if (cause instanceof Refusal) return new TRPCError({ code: cause.code, message: cause.message, cause });
  if (cause instanceof z.ZodError) return new TRPCError({ code: thrown.code, message: z.prettifyError(cause), cause });
  if (thrown.code !== 'INTERNAL_SERVER_ERROR') return thrown;
  const message = 'the dashboard server failed; its log says why';
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message, cause });
}

/** What goes to the browser beside an error's message. */
export function causeOf({ cause }: TRPCError): ErrorCause | undefined {
  if (cause instanceof StatusError) return { reason: cause.reason, problems: problemsOf(cause) };
  if (cause instanceof Refusal) return cause.detail;
  if (cause instanceof z.ZodError) {
    const problems = cause.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    return { reason: 'BadRequest', problems };
  }
  return undefined;
}
