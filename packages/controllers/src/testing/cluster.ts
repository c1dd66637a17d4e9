// Owns a cluster for one test: the real API core, the controllers and, where asked, the scheduler and nodes whose
// kubelet is a few lines: it makes pods that come to it run, and lets those go that are deleted.
import { startTestApi } from '@berth/apiserver/testing';
import { type Client, inProcessClient } from '@berth/client';
import {
  type Clock,
  type Component,
  silentLogger,
  startInOrder,
  systemClock,
  systemRandom,
  timestamp,
} from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import { isReason, type Node, nodes, type Pod, pods } from '@berth/objects';
import { type ControllersOptions, createControllers } from '../create-controllers.ts';

export interface TestCluster extends AsyncDisposable {
  readonly client: Client;
  readonly pods: Informer<Pod>;
  /** Waits until what is asked holds; fails with what it is instead after ten seconds. */
  eventually<T>(read: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T>;
  addNode(name: string): Promise<Node>;
  /** Asks for the pod's eviction. */
  evict(pod: Pod): Promise<unknown>;
  /** Stops the controllers, and lets new ones go on. */
  restart(): Promise<void>;
  /** Stops the controllers, and starts the same again: what happens to them when they are elected, lose and win. */
  electAgain(): Promise<void>;
}

export interface TestClusterOptions extends Partial<Omit<ControllersOptions, 'client'>> {
  readonly clock?: Clock;
  /** Runs beside the controllers. */
  readonly beside?: (client: Client) => readonly Component[];
  /** Whether pods that have a node run. */
  readonly kubelet?: boolean;
  /** What a controller that acts as the account gets instead of the client; asked whenever controllers are built. */
  readonly wrapClient?: (account: string, client: Client) => Client;
}

/** Whether what is read is not there (any more). */
export function isGone(read: Promise<unknown>): Promise<boolean> {
  return read.then(
    () => false,
    (error: unknown) => isReason(error, 'NotFound'),
  );
}

export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { clock = systemClock, beside, kubelet, wrapClient = (_, client) => client, ...settings } = options;
  const api = await startTestApi({ clock });
  const client = inProcessClient(api.api, api.admin);
  const informer = createInformer({ client, resource: pods, clock, log: silentLogger });
  const observing = new AbortController();
  const observed = await informer.start(observing.signal);
  if (kubelet) informer.onChange((changes) => changes.forEach(({ next }) => void (next && serve(client, next, clock))));

  // Each acts as itself, so that what it may do is tested with what it does.
  const account = (name: string) => ({
    name: `system:serviceaccount:kube-system:${name}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  });
  const manager = { name: 'system:kube-controller-manager', groups: ['system:authenticated'] };
  const build = () =>
    createControllers({
      client: inProcessClient(api.api, manager),
      clientOf: (name) => wrapClient(name, inProcessClient(api.api, account(name))),
      clock,
      log: silentLogger,
      random: systemRandom,
      clusterCidr: '10.244.0.0/16',
      ...settings,
    });
  let controllers = build();
  async function run() {
    const stop = new AbortController();
    const { done } = await startInOrder([...controllers, ...(beside?.(client) ?? [])], stop.signal, silentLogger);
    return { stop, done };
  }
  let running = await run();
  const halt = async () => {
    running.stop.abort();
    await running.done;
  };
  return {
    client,
    pods: informer,
    async eventually(read, holds) {
      const deadline = performance.now() + 10_000;
      for (;;) {
        const value = await read();
        if (holds(value)) return value;
        if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(value)}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    addNode: (name) =>
      client.create(nodes, {
        metadata: { name },
        spec: {},
        status: {
          capacity: { cpu: '64', memory: '64Gi', pods: '110' },
          allocatable: { cpu: '64', memory: '64Gi', pods: '110' },
          conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: timestamp(clock) }],
        },
      }),
    evict({ metadata: { namespace, name } }) {
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
      return api.api.create(api.admin, pods, { namespace, name, subresource: 'eviction' }, body);
    },
    async restart() {
      await halt();
      controllers = build();
      running = await run();
    },
    async electAgain() {
      await halt();
      running = await run();
    },
    async [Symbol.asyncDispose]() {
      await halt();
      observing.abort();
      await observed.done;
      await api.close();
    },
  };
}

/** Never throws: a pod may be gone, or change under its hands. */
async function serve(client: Client, pod: Pod, clock: Clock): Promise<void> {
  const { name, namespace, deletionTimestamp } = pod.metadata;
  if (!pod.spec.nodeName) return;
  try {
    if (deletionTimestamp) {
      await client.delete(pods, { name, namespace }, { gracePeriodSeconds: 0 });
    } else if (pod.status.phase === 'Pending') {
      const ready = { type: 'Ready', status: 'True' as const, lastTransitionTime: timestamp(clock) };
      const podIP = `10.244.0.${1 + (name.length % 200)}`;
      const status = { ...pod.status, phase: 'Running' as const, podIP, podIPs: [{ ip: podIP }], conditions: [ready] };
      await client.updateStatus(pods, { ...pod, status });
    }
  } catch {
    return;
  }
}
