// Owns the token with which a client goes on with a list: the revision that the list shows, and the last key it got.
import { badRequestError, type StatusError } from '@berth/objects';

export interface Continuation {
  /** Undefined: whatever is the newest when the list goes on, because what it began with is forgotten. */
  readonly revision: number | undefined;
  /** The key behind which the list goes on, without the resource's prefix. */
  readonly after: string;
}

/** What stands for the newest revision; 0 would be what a token has that names none. */
const newest = -1;

export function encodeContinuation({ revision, after }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision ?? newest, start: after })).toString(
    'base64url',
  );
}

/** Throws BadRequest if the server did not make this token. */
export function decodeContinuation(token: string): Continuation {
  const { v, rv, start } = parse(token);
  if (v !== 'meta.k8s.io/v1' || typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0)
    throw badToken('unrecognized encoding');
  if (typeof start !== 'string' || start === '') throw badToken('no start key');
  return { revision: rv < 0 ? undefined : rv, after: start };
}

function parse(token: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Answered below, like any other text that is no token.
  }
  throw badToken('it is not a token of this server');
}

function badToken(problem: string): StatusError {
  return badRequestError(`invalid continue token: continue key is not valid: ${problem}`);
}
