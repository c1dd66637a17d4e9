// Owns `get -w`: what is followed, and that it goes on after the server was away. How it looks is live-table.ts's, and
// change-lines.ts's for programs.
import { sleep, stayAlive, systemClock } from '@berth/host';
import { isReason, type KubeObject, StatusError } from '@berth/objects';
import { ChangeLines } from './change-lines.ts';
import { LiveTable } from './live-table.ts';
import type { SelectionOptions } from './selection.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';

export interface LiveView {
  /** After a list: all there is. */
  listed(objects: readonly KubeObject[]): void;
  changed(object: KubeObject): void;
  deleted(object: KubeObject): void;
  /** After some of these calls. */
  show(): void;
  lost(why: string): void;
  end(): void;
}

/** Until Ctrl-C. Reconnects by itself, and says so while it does. */
export async function followTable(session: Session, target: Target, options: SelectionOptions): Promise<void> {
  const interrupted = new AbortController();
  // Not `once`: log-update's own listener would then be the last one, and end the process.
  process.on('SIGINT', () => interrupted.abort());
  const forPeople = process.stdout.isTTY && [undefined, 'table', 'wide'].includes(options.output);
  const view = forPeople ? new LiveTable(target, options, systemClock) : new ChangeLines(target, options);
  // Between two connections nothing but a timer is waited for.
  const mayEnd = stayAlive();
  try {
    while (!interrupted.signal.aborted) {
      try {
        await follow(session, { target, options, view, signal: interrupted.signal });
      } catch (error) {
        if (!isPassing(error)) throw error;
        view.lost(error.message);
      }
      await sleep(systemClock, 1_000, interrupted.signal);
    }
  } finally {
    mayEnd();
    view.end();
  }
}

/** The server is away, or has forgotten where we were: a new list mends either. */
function isPassing(error: unknown): error is StatusError {
  return error instanceof StatusError && (isReason(error, 'Expired') || isReason(error, 'ServiceUnavailable'));
}

interface Following {
  readonly target: Target;
  readonly options: SelectionOptions;
  readonly view: LiveView;
  readonly signal: AbortSignal;
}

async function follow(session: Session, { target, options, view, signal }: Following): Promise<void> {
  const { kind, names } = target;
  const namespace = kind.resource.namespaced && !options.allNamespaces ? session.namespace : undefined;
  const query = { namespace, labelSelector: options.selector, fieldSelector: options.fieldSelector };
  const wanted = (object: KubeObject) => names.length === 0 || names.includes(object.metadata.name);
  const { items, metadata } = await session.client.list(kind.resource, query);
  view.listed(items.filter(wanted));
  view.show();
  const { resourceVersion } = metadata;
  for await (const events of session.client.watch(kind.resource, { ...query, resourceVersion, signal })) {
    for (const { type, object } of events) {
      if (type === 'BOOKMARK' || !wanted(object)) continue;
      if (type === 'DELETED') view.deleted(object);
      else view.changed(object);
    }
    view.show();
  }
}
