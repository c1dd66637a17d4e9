// Owns logs over HTTP: a plain stream of bytes.

import type { Operation, OperationContext } from './operations.ts';
import { logOptions } from './query.ts';
import { podOf } from './route.ts';

export async function streamLog(operation: Operation, { core, stopping }: OperationContext): Promise<void> {
  const { response, user, query } = operation;
  const abort = new AbortController();
  const end = () => abort.abort();
  response.on('close', end);
  stopping.addEventListener('abort', end, { once: true });
  try {
    const chunks = await core.log(user, podOf(operation.route), logOptions(query), abort.signal);
    response.writeHead(200, { 'Cache-Control': 'no-cache, private', 'Content-Type': 'text/plain' });
    response.flushHeaders();
    operation.audit.started(200);
    try {
      for await (const chunk of chunks) {
        if (!response.write(chunk)) await drain(operation, abort.signal);
        if (abort.signal.aborted) break;
      }
      response.end();
    } catch {
      // Too late for a Status: a cut connection tells the client that this was not the end of the log.
      response.destroy();
    }
  } finally {
    stopping.removeEventListener('abort', end);
    response.off('close', end);
    abort.abort();
  }
}

function drain({ response }: Operation, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
  });
}
