// Owns putting a pod on the node that was chosen, until it is certain whether it is there: as long as it may be, the
// pod stays assumed on that node.
import type { Binder, Reader } from '@berth/client';
import { type Clock, type Logger, sleep } from '@berth/host';
import { isReason, type Pod, pods, StatusError } from '@berth/objects';

export interface BindOptions {
  readonly client: Binder & Pick<Reader, 'get'>;
  readonly clock: Clock;
  readonly log: Logger;
}

const firstRetryMs = 100;
const maximumRetryMs = 5_000;

/** Whether the pod is on the node; undefined if that is not known when `signal` aborts. */
export async function bind(
  { client, clock, log }: BindOptions,
  { pod, node }: { readonly pod: Pod; readonly node: string },
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { name, namespace, uid } = pod.metadata;
  for (let wait = firstRetryMs; !signal.aborted; wait = Math.min(maximumRetryMs, wait * 2)) {
    try {
      await client.bind({ name, namespace, uid }, node);
      return true;
    } catch (error) {
      try {
        // A conflict may be with our own request, whose answer was lost.
        if (isReason(error, 'Conflict')) {
          const current = await client.get(pods, { name, namespace });
          return current.metadata.uid === uid && current.spec.nodeName === node;
        }
        if (isRefusal(error)) {
          log.info({ err: error, pod: `${namespace}/${name}`, node }, 'the pod could not be bound');
          return false;
        }
      } catch (unclear) {
        if (isReason(unclear, 'NotFound')) return false;
      }
      log.warn(
        { err: error, pod: `${namespace}/${name}`, node },
        'whether the pod was bound is not known, asking again',
      );
    }
    await sleep(clock, wait, signal);
  }
  return undefined;
}

/** The server has answered that it did not do it. */
function isRefusal(error: unknown): boolean {
  return error instanceof StatusError && error.code >= 400 && error.code < 500;
}
