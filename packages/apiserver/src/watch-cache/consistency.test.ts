// Many writers and many watchers at once: what each watcher puts together from its events is what a list shows.
import {
  type ConfigMap,
  configMaps,
  type ObjectList,
  objectKey,
  type WatchEvent,
  type WatchOptions,
} from '@berth/objects';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
  for (const namespace of namespaces) await t.namespace(namespace);
});
afterAll(() => t.close());

const namespaces = ['left', 'right'];
const writers = 20;
const writesEach = 60;

/** Creates, relabels and deletes a few objects of its own, in an order that depends on its number. */
async function write(writer: number): Promise<void> {
  const namespace = namespaces[writer % 2]!;
  for (let step = 0; step < writesEach; step++) {
    const name = `w${writer}-${(step * 7 + writer) % 5}`;
    const labels = { app: (step + writer) % 3 === 0 ? 'web' : 'db' };
    const target = { namespace, name };
    const exists = await t.api.get(t.admin, configMaps, target).catch(() => undefined);
    if (!exists) await t.api.create(t.admin, configMaps, { namespace }, { metadata: { name, labels } });
    else if (step % 4 === 3) await t.api.delete(t.admin, configMaps, target);
    else await t.api.update(t.admin, configMaps, target, { metadata: { name, labels }, data: { step: `${step}` } });
  }
}

/** Follows a selection, checking each event against what it knows so far. */
class Follower {
  readonly known = new Map<string, string>();
  readonly problems: string[] = [];
  version = 0;
  readonly #selection: Partial<WatchOptions>;
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(selection: Partial<WatchOptions>) {
    this.#selection = selection;
  }

  /** Lists, then watches from there. */
  async listAndWatch(): Promise<void> {
    const list = await t.api.list(t.admin, configMaps, this.#selection);
    for (const object of list.items) this.known.set(objectKey(object), object.metadata.resourceVersion);
    this.version = Number(list.metadata.resourceVersion);
    this.#done = this.#follow(list.metadata.resourceVersion);
  }

  watchFromNothing(): void {
    this.#done = this.#follow(undefined);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #follow(resourceVersion: string | undefined): Promise<void> {
    const options = { ...this.#selection, resourceVersion, signal: this.#stop.signal };
    for await (const batch of t.api.watch(t.admin, configMaps, options)) for (const event of batch) this.#apply(event);
  }

  #apply(event: WatchEvent<ConfigMap>): void {
    if (event.type === 'BOOKMARK') return;
    const { object, type } = event;
    const key = objectKey(object);
    const version = Number(object.metadata.resourceVersion);
    if (type !== 'ADDED' && version <= this.version) this.problems.push(`${key} went back to ${version}`);
    this.version = Math.max(this.version, version);
    const was = this.known.has(key);
    if (was !== (type !== 'ADDED')) this.problems.push(`${type} of ${key}, which was ${was ? '' : 'not '}known`);
    if (type === 'DELETED') this.known.delete(key);
    else this.known.set(key, object.metadata.resourceVersion);
  }

  async matches(): Promise<void> {
    const list: ObjectList<ConfigMap> = await t.api.list(t.admin, configMaps, this.#selection);
    const expected = new Map(list.items.map((object) => [objectKey(object), object.metadata.resourceVersion]));
    expect(this.problems).toEqual([]);
    expect(this.known).toEqual(expected);
  }
}

test('20 writers, 20 watchers', async () => {
  const selections: Partial<WatchOptions>[] = [
    {},
    { namespace: 'left' },
    { labelSelector: 'app=web' },
    { namespace: 'right', labelSelector: 'app!=web' },
    { fieldSelector: 'metadata.name=w3-1' },
  ];
  const followers = Array.from({ length: 20 }, (_, index) => new Follower(selections[index % selections.length]!));
  const writing = Promise.all(Array.from({ length: writers }, (_, index) => write(index)));
  // They join while the writes go on, half by list and watch, half by watch alone.
  for (const [index, follower] of followers.entries()) {
    if (index % 2 === 0) await follower.listAndWatch();
    else follower.watchFromNothing();
    await t.api.list(t.admin, configMaps, {});
  }
  await writing;
  await t.api.list(t.admin, configMaps, {});
  await new Promise((resolve) => setImmediate(resolve));
  for (const follower of followers) {
    await follower.stop();
    await follower.matches();
  }
});
