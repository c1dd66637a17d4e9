// Owns what the fuzzer takes for wrong with one answer.
import { gunzipSync } from 'node:zlib';
import { StatusError } from '@berth/objects';
import type { Answer, Outcome } from './exchange.ts';
import type { FuzzRequest } from './request.ts';

/** What is wrong, or undefined. */
export function fault(request: FuzzRequest, outcome: Outcome): string | undefined {
  switch (outcome.type) {
    case 'silent':
      return 'not answered';
    case 'closed':
      return request.broken ? undefined : `the connection was closed after ${outcome.received} bytes of an answer`;
    case 'garbled':
      return request.broken ? undefined : outcome.why;
    case 'answered':
      return faultOfAnswer(request, outcome.answer);
  }
}

function faultOfAnswer({ method, path }: FuzzRequest, answer: Answer): string | undefined {
  const { code, headers } = answer;
  const body = headers.get('content-encoding') === 'gzip' ? gunzipSync(answer.body) : answer.body;
  const text = () => body.subarray(0, 600).toString('utf8');
  // A version that the server has not reached is answered so, and with this cause alone.
  const tooLarge = code === 504 && body.includes('ResourceVersionTooLarge');
  // Nothing runs behind most of what can be proxied to.
  const allowed = tooLarge || (code === 503 && path.includes('/proxy'));
  if (code >= 500 && !allowed) return `answered ${code}: ${text()}`;
  if (code < 400 || method === 'HEAD' || !headers.get('content-type')?.startsWith('application/json')) return undefined;
  if (/^\/(livez|readyz|healthz|metrics)/.test(path)) return undefined;
  try {
    const status = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    if (status.kind !== 'Status' || status.code !== code || typeof status.reason !== 'string' || !status.message)
      return `an error that is no whole Status: ${code} ${text()}`;
  } catch {
    return `an error that is not JSON: ${code} ${text()}`;
  }
  return undefined;
}

/** How a thrown error stands in a report. */
export function told(error: unknown): string {
  if (error instanceof StatusError) return `${error.code} ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
