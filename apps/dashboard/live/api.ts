// Owns the commands and queries: one typed tRPC client, and what went wrong as one shape that pages can show.
import type { AppRouter, ErrorCause, FieldProblem } from '@berth/dashboard-api';
import { createTRPCClient, httpBatchLink, retryLink, TRPCClientError } from '@trpc/client';
import { sessionExpired } from './session.ts';

/** A question may be asked again when the network failed; a command may have been heard, so it is not. */
export const api = createTRPCClient<AppRouter>({
  links: [
    retryLink({
      retry: ({ op, error, attempts }) => op.type === 'query' && !error.data && attempts < 4,
      retryDelayMs: (attempt) => 250 * 2 ** attempt,
    }),
    httpBatchLink({ url: '/trpc', maxURLLength: 2000 }),
  ],
});

type FailureKind = 'denied' | 'missing' | 'conflict' | 'invalid' | 'signedOut' | 'unreachable' | 'failed';

/** Why a command or a query did not do what it was asked. */
export interface Failure {
  readonly kind: FailureKind;
  /** For people. */
  readonly message: string;
  readonly problems: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
}

const kinds: Readonly<Record<string, FailureKind>> = {
  FORBIDDEN: 'denied',
  NOT_FOUND: 'missing',
  CONFLICT: 'conflict',
  UNPROCESSABLE_CONTENT: 'invalid',
  BAD_REQUEST: 'invalid',
  UNAUTHORIZED: 'signedOut',
};

export function failureOf(error: unknown): Failure {
  if (!(error instanceof TRPCClientError)) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error), problems: [] };
  }
  const data = error.data as { code?: string; cause?: ErrorCause } | undefined;
  if (!data?.code) {
    return { kind: 'unreachable', message: 'The dashboard server does not answer. Nothing was changed.', problems: [] };
  }
  const kind = kinds[data.code] ?? 'failed';
  // A refused sign-in has a reason of its own; only a session that ended is a reason to ask for the password again.
  if (kind === 'signedOut' && data.cause?.reason === 'Unauthorized') sessionExpired();
  return {
    kind,
    message: error.message,
    problems: data.cause?.problems ?? [],
    retryAfterSeconds: data.cause?.retryAfterSeconds,
  };
}
