// Clients whose past is forgotten while they cannot reach the server, on both stores: informers of the official
// JavaScript client behind a wire that is cut, lists in pages, and kubectl, which lists in pages. The server compacts its
// store every second, and more happens than its watch cache remembers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type EtcdProcess, startEtcd } from '@berth/store/testing';
import {
  CoreV1Api,
  type Informer,
  KubeConfig,
  type ListWatch,
  makeInformer,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpClient } from './consistency/http.ts';
import { Servers } from './consistency/servers.ts';
import { kubectl } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';
import { Relay } from './harness/relay.ts';

const path = '/api/v1/namespaces/default/configmaps';
const informed = 'labelSelector=informed%3Dyes';

describe.each(['embedded', 'etcd'])('on the store %s', (store) => {
  let etcd: EtcdProcess | undefined;
  let servers: Servers;
  let client: HttpClient;

  beforeAll(async () => {
    etcd = store === 'etcd' ? await startEtcd() : undefined;
    const flags = etcd ? ['--store', 'etcd', '--etcd-endpoints', etcd.endpoint] : [];
    servers = await Servers.start(1, [...flags, '--compaction-interval-seconds', '1']);
    client = servers.client(0);
  });

  afterAll(async () => {
    client?.close();
    await servers?.[Symbol.asyncDispose]();
    await etcd?.[Symbol.asyncDispose]();
  });

  const list = async (query: string) => (await client.ask('GET', `${path}?${query}`)).json as unknown as List;
  const create = async (name: string, labels = {}, by = client) =>
    expect((await by.ask('POST', path, { body: { metadata: { name, labels } } })).code).toBe(201);
  const change = async (name: string, data: Record<string, string>) =>
    expect((await client.ask('PATCH', `${path}/${name}`, { body: { data }, type: mergePatch })).code).toBe(200);
  const remove = async (name: string) => expect((await client.ask('DELETE', `${path}/${name}`)).code).toBe(200);

  /** The state at a revision can be had no more: neither it nor what happened before. */
  const compacted = (revision: string) =>
    eventually(`${revision} is compacted`, async () => {
      const { code, json } = await client.ask('GET', `${path}?resourceVersion=${revision}&resourceVersionMatch=Exact`);
      return code === 410 && json.reason === 'Expired';
    });

  /** More changes of the kind than the watch cache remembers, which are 8,192. */
  async function manyChanges(): Promise<void> {
    const clients = Array.from({ length: 16 }, () => servers.client(0));
    const each = 260;
    await Promise.all(
      clients.map(async (by, number) => {
        for (let count = 0; count < each; count += 4)
          await Promise.all(
            [0, 1, 2, 3].map((more) => create(`filler-${number}-${count + more}`, { filler: 'yes' }, by)),
          );
      }),
    );
    expect((await client.ask('DELETE', `${path}?labelSelector=filler%3Dyes`)).code).toBe(200);
    for (const by of clients) by.close();
    expect(2 * each * clients.length).toBeGreaterThan(8_192);
  }

  it('an informer lists again, and has what there is', async () => {
    await using relay = await Relay.to(servers.port);
    const config = new KubeConfig();
    config.loadFromFile(join(servers.dataDir, 'admin.kubeconfig'));
    config.clusters = config.clusters.map((cluster) => ({ ...cluster, server: `https://127.0.0.1:${relay.port}` }));
    const known = new Informed(config);
    const agrees = () =>
      eventually('it has what the server lists', async () => known.text() === textOf((await list(informed)).items));
    for (const name of ['stays', 'changes', 'goes', 'comes-anew']) await create(name, { informed: 'yes' });
    await known.start();
    await change('changes', { step: '1' });
    await agrees();
    expect(known.lists).toBe(1);
    const before = known.version;
    known.calls.length = 0;

    relay.cut();
    await eventually('it has noticed', async () => known.errors > 0);
    await manyChanges();
    await change('changes', { step: '2' });
    await remove('goes');
    await remove('comes-anew');
    for (const name of ['comes', 'comes-anew']) await create(name, { informed: 'yes' });
    await create('passes', { informed: 'yes' });
    await remove('passes');
    await compacted(before);
    const refused = await client.ask('GET', `${path}?watch=true&resourceVersion=${before}&${informed}`);
    const expired = { kind: 'Status', code: 410, reason: 'Expired' };
    expect(refused.json).toMatchObject({ type: 'ERROR', object: expired });
    expect(known.lists).toBe(1);

    relay.heal();
    await agrees();
    expect(known.lists).toBe(2);
    // One that was deleted and made anew meanwhile has changed, for somebody who sees only what is there.
    expect(known.calls.splice(0).sort()).toEqual(['add comes', 'delete goes', 'update changes', 'update comes-anew']);
    await change('comes', { step: '3' });
    await remove('stays');
    await agrees();
    expect(known.calls).toEqual(['update comes', 'delete stays']);
    expect(known.lists).toBe(2);
    expect(known.problems).toEqual([]);
    await known.stop();
  });

  it('a list in pages is told that it is too late, and how it can have the rest all the same', async () => {
    for (const name of ['page-1', 'page-2', 'page-3', 'page-4']) await create(name, { page: 'yes' });
    const paged = 'labelSelector=page%3Dyes';
    const first = await list(`${paged}&limit=2`);
    await remove('page-3');
    await create('page-5', { page: 'yes' });
    await compacted(first.metadata.resourceVersion);
    const late = await client.ask('GET', `${path}?${paged}&limit=2&continue=${first.metadata.continue}`);
    expect(late).toMatchObject({ code: 410, json: { kind: 'Status', status: 'Failure', reason: 'Expired' } });
    const { continue: token } = late.json.metadata as { continue: string };
    const rest = await list(`${paged}&continue=${token}`);
    expect(rest.items.map(({ metadata }) => metadata?.name)).toEqual(['page-4', 'page-5']);
    expect(Number(rest.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
    expect(rest.metadata.continue).toBeUndefined();
  });

  it('kubectl shows what it got of a list in pages, and says that the rest is too late', async () => {
    const name = (number: number) => `kubectl-${number}`;
    const labels = { kubectl: 'yes' };
    for (const number of [1, 2, 3]) await create(name(number), labels);
    await using front = await Front.before(client, async () => {
      const { metadata } = await list('limit=1');
      await change(name(3), { changed: 'yes' });
      await compacted(metadata.resourceVersion);
    });
    const ask = await kubectl('/dev/null');
    const get = ['--server', front.address, 'get', 'configmaps', '--chunk-size', '2', '-o', 'name'];
    const { code, stdout, stderr } = await ask.run([...get, '-l', 'kubectl=yes']);
    expect({ code, stdout, stderr, pages: front.pages }).toEqual({
      code: 1,
      stdout: `configmap/${name(1)}\nconfigmap/${name(2)}\n`,
      stderr: expect.stringMatching(/^Error from server \(Expired\): The provided continue parameter is too old /),
      pages: 1,
    });
  });
});

/** Stands before the API, and holds each request for the next page until something was done meanwhile. */
class Front implements AsyncDisposable {
  pages = 0;
  readonly #server = createServer();

  static async before(client: HttpClient, meanwhile: () => Promise<void>): Promise<Front> {
    const front = new Front();
    front.#server.on('request', async ({ method = '', url = '', headers }, response) => {
      if (url.includes('continue=')) {
        front.pages++;
        await meanwhile();
      }
      const answer = await client.open(method, url, { accept: headers.accept });
      response.writeHead(answer.statusCode ?? 0, { 'content-type': answer.headers['content-type'] });
      answer.pipe(response);
    });
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

const mergePatch = 'application/merge-patch+json';

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly V1ConfigMap[];
}

/** What somebody has: names and versions, in the order of the names. */
function textOf(items: readonly V1ConfigMap[]): string {
  return items
    .map(({ metadata }) => `${metadata?.name} ${metadata?.resourceVersion}`)
    .sort()
    .join();
}

type ConfigMapInformer = Informer<V1ConfigMap> & ListWatch<V1ConfigMap>;

/** An informer that starts again after an error, as the client's documentation has it, and what it told. */
class Informed {
  lists = 0;
  errors = 0;
  /** `add name` and so on, in their order. */
  readonly calls: string[] = [];
  /** Where what it told does not go together with what it had told. */
  readonly problems: string[] = [];
  readonly #informer: ConfigMapInformer;
  readonly #told = new Map<string, V1ConfigMap>();
  #again: NodeJS.Timeout | undefined;

  constructor(config: KubeConfig) {
    const core = config.makeApiClient(CoreV1Api);
    const list = async () => {
      const answer = await core.listNamespacedConfigMap({ namespace: 'default', labelSelector: 'informed=yes' });
      this.lists++;
      return answer;
    };
    this.#informer = makeInformer(config, path, list, 'informed=yes') as ConfigMapInformer;
    for (const verb of ['add', 'update', 'delete'] as const)
      this.#informer.on(verb, (object) => this.#tell(verb, object));
    this.#informer.on('error', () => {
      this.errors++;
      this.#again = setTimeout(() => void this.#informer.start(), 200);
    });
  }

  #tell(verb: 'add' | 'update' | 'delete', object: V1ConfigMap): void {
    const name = object.metadata?.name ?? '';
    this.calls.push(`${verb} ${name}`);
    if (this.#told.has(name) === (verb === 'add')) this.problems.push(`${verb} ${name}`);
    if (verb === 'delete') this.#told.delete(name);
    else this.#told.set(name, object);
  }

  start(): Promise<void> {
    return this.#informer.start();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#again);
    await this.#informer.stop();
  }

  get version(): string {
    return this.#informer.latestResourceVersion();
  }

  /** Of the informer's cache, which must be what its callbacks told. */
  text(): string {
    const text = textOf(this.#informer.list('default'));
    const told = textOf([...this.#told.values()]);
    if (text !== told) this.problems.push(`it has ${text} and told ${told}`);
    return text;
  }
}
