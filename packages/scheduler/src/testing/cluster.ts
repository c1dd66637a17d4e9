// Owns a cluster for the scheduler's tests: the real API core, a scheduler that can be started anew, and nodes and pods
// that exist in the API alone.
import { startTestApi } from '@berth/apiserver/testing';
import { type Client, inProcessClient } from '@berth/client';
import { Registry, silentLogger, systemClock, systemRandom } from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import { type Node, nodes, type Pod, pods } from '@berth/objects';
import { createScheduler } from '../scheduler.ts';
import { type NodeShape, nodeNamed, type PodShape, podNamed } from './objects.ts';

export interface SchedulerCluster extends AsyncDisposable {
  readonly client: Client;
  readonly informer: Informer<Pod>;
  /** Of the scheduler that runs. */
  readonly metrics: Registry;
  /** One after the other, as there is never more than one scheduler. */
  restart(): Promise<void>;
  addNode(name: string, shape?: NodeShape): Promise<Node>;
  addPod(name: string, shape?: PodShape): Promise<Pod>;
  /** Waits until what is asked holds; fails with what it is instead after 15 seconds. */
  eventually<T>(read: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T>;
}

const namespace = 'default';

/** `intercept`: what comes between the scheduler and the API. */
export async function startSchedulerCluster(
  intercept: (client: Client) => Client = (client) => client,
): Promise<SchedulerCluster> {
  const test = await startTestApi();
  const client = inProcessClient(test.api, test.admin);
  const observing = new AbortController();
  const informer = createInformer({ client, resource: pods, clock: systemClock, log: silentLogger });
  const observed = await informer.start(observing.signal);

  async function run() {
    const stop = new AbortController();
    const metrics = new Registry();
    const scheduler = createScheduler({
      client: intercept(client),
      metrics,
      clock: systemClock,
      log: silentLogger,
      random: systemRandom,
    });
    const { done } = await scheduler.start(stop.signal);
    return { stop, done, metrics };
  }
  let running = await run();
  let restarted = Promise.resolve();
  return {
    client,
    informer,
    get metrics() {
      return running.metrics;
    },
    restart() {
      restarted = restarted.then(async () => {
        running.stop.abort();
        await running.done;
        running = await run();
      });
      return restarted;
    },
    async addNode(name: string, shape: NodeShape = {}): Promise<Node> {
      const { labels, spec, status } = { ...nodeNamed(name, shape), labels: shape.labels };
      const created = await client.create(nodes, { metadata: { name, labels }, spec });
      // As the node life cycle does when the node is ready.
      const untainted = await client.update(nodes, { ...created, spec: spec ?? {} });
      return client.updateStatus(nodes, { ...untainted, status });
    },
    addPod(name: string, shape: PodShape = {}): Promise<Pod> {
      const { spec, metadata } = podNamed(name, shape);
      return client.create(pods, { metadata: { name, namespace, labels: metadata.labels }, spec });
    },
    async eventually<T>(read: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T> {
      const deadline = performance.now() + 15_000;
      for (;;) {
        const value = await read();
        if (holds(value)) return value;
        if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(value)}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async [Symbol.asyncDispose]() {
      running.stop.abort();
      await running.done;
      observing.abort();
      await observed.done;
      await test.close();
    },
  };
}
