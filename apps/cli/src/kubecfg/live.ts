// Owns `get -w`: on a terminal one table that changes in place; for a program the changed rows, one line each.
import { sleep, systemClock } from '@berth/host';
import { isReason, type KubeObject, objectKey, StatusError } from '@berth/objects';
import logUpdate from 'log-update';
import pc from 'picocolors';
import { serialised } from './output.ts';
import { type SelectionOptions, tableOf } from './selection.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';

/** Until Ctrl-C. Reconnects by itself, and says so while it does. */
export async function followTable(session: Session, target: Target, options: SelectionOptions): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const view =
    process.stdout.isTTY && !isSerialised(options) ? new LiveTable(target, options) : new ChangeLines(target, options);
  while (!interrupted.signal.aborted) {
    try {
      await follow(session, { target, options, view, signal: interrupted.signal });
    } catch (error) {
      if (!(error instanceof StatusError) || !(isReason(error, 'Expired') || isReason(error, 'ServiceUnavailable')))
        throw error;
      view.lost(error.message);
    }
    await sleep(systemClock, 1_000, interrupted.signal);
  }
  view.end();
}

interface Following {
  readonly target: Target;
  readonly options: SelectionOptions;
  readonly view: View;
  readonly signal: AbortSignal;
}

interface View {
  changed(objects: ReadonlyMap<string, KubeObject>, changes: readonly KubeObject[]): void;
  lost(why: string): void;
  end(): void;
}

async function follow(session: Session, { target, options, view, signal }: Following): Promise<void> {
  const { kind, names } = target;
  const namespace = kind.resource.namespaced && !options.allNamespaces ? session.namespace : undefined;
  const query = { namespace, labelSelector: options.selector, fieldSelector: options.fieldSelector };
  const wanted = (object: KubeObject) => names.length === 0 || names.includes(object.metadata.name);
  const list = await session.client.list(kind.resource, query);
  const objects = new Map(list.items.filter(wanted).map((object) => [objectKey(object), object]));
  view.changed(objects, [...objects.values()]);
  const { resourceVersion } = list.metadata;
  for await (const events of session.client.watch(kind.resource, { ...query, resourceVersion, signal })) {
    const changes: KubeObject[] = [];
    for (const event of events) {
      if (event.type === 'BOOKMARK' || !wanted(event.object)) continue;
      if (event.type === 'DELETED') objects.delete(objectKey(event.object));
      else objects.set(objectKey(event.object), event.object);
      changes.push(event.object);
    }
    if (changes.length > 0) view.changed(objects, changes);
  }
}

class LiveTable implements View {
  readonly #target: Target;
  readonly #options: SelectionOptions;
  #objects: ReadonlyMap<string, KubeObject> = new Map();
  #lost = '';

  constructor(target: Target, options: SelectionOptions) {
    this.#target = target;
    this.#options = options;
  }

  changed(objects: ReadonlyMap<string, KubeObject>): void {
    this.#objects = objects;
    this.#lost = '';
    this.#draw();
  }

  lost(why: string): void {
    this.#lost = why;
    this.#draw();
  }

  end(): void {
    logUpdate.done();
  }

  #draw(): void {
    const rows = [...this.#objects.values()].sort((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1));
    const table = tableOf(this.#target.kind, rows, this.#options) || pc.dim('nothing here yet');
    const state = this.#lost ? pc.red(`● reconnecting: ${this.#lost}`) : pc.green('● live');
    logUpdate(`${table}\n\n${state}  ${pc.dim(`${rows.length} shown, Ctrl-C to leave`)}`);
  }
}

class ChangeLines implements View {
  readonly #target: Target;
  readonly #options: SelectionOptions;
  #headed = false;

  constructor(target: Target, options: SelectionOptions) {
    this.#target = target;
    this.#options = options;
  }

  changed(_objects: ReadonlyMap<string, KubeObject>, changes: readonly KubeObject[]): void {
    const { output } = this.#options;
    if (output === 'json' || output === 'yaml') {
      for (const object of changes) console.log(serialised([object], output, true));
      return;
    }
    const lines = tableOf(this.#target.kind, changes, this.#options).split('\n');
    console.log((this.#headed ? lines.slice(1) : lines).join('\n'));
    this.#headed = true;
  }

  lost(why: string): void {
    console.error(`kubecfg: reconnecting: ${why}`);
  }

  end(): void {}
}

function isSerialised({ output }: SelectionOptions): boolean {
  return output === 'json' || output === 'yaml' || output === 'name';
}
