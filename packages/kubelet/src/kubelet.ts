// Owns the agent's kubelet as one component: registers the node, waits for its subnet, then runs the pods that the API
// and the static manifests give it.
//
//   register ─► subnet and network ─► pods, services ─► adopt what runs ─► follow
import { setMaxListeners } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDelegatedAccess, type Reader, type TokenRequester, type Watcher, type Writer } from '@berth/client';
import {
  aborted,
  type Clock,
  type Component,
  type Logger,
  type Random,
  Registry,
  type Running,
  sleep,
} from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import { type Node, nodes, type Pod, pods, type Service, services, wholeValue } from '@berth/objects';
import { createEventRecorder, type EventRecorder } from './events/event-recorder.ts';
import { readMachine } from './node/machine.ts';
import { capacityOf, type NodeFacts } from './node/node-object.ts';
import { NodeReporter } from './node/node-reporter.ts';
import { createNodeStats } from './node-stats.ts';
import type { PodContext, ServiceReader } from './pod/context.ts';
import { type DnsOptions, parseResolvConf } from './pod/network-files.ts';
import { StatusWriter } from './pod/status-writer.ts';
import { createPodAccess } from './pod-access.ts';
import { identityOf, PodRegistry, publishedPod } from './pod-registry.ts';
import { References } from './references.ts';
import type { PodRuntime } from './runtime/port.ts';
import { createKubeletServer, type KubeletServerOptions } from './server/server.ts';
import { followManifests } from './static-pods/manifests.ts';
import { applyMirror, decideMirrors, isMirror } from './static-pods/mirrors.ts';
import { createKubeletMetrics } from './stats/kubelet-metrics.ts';
import { UsageCollector } from './stats/usage-collector.ts';
import { PodVolumes } from './volumes/pod-volumes.ts';
import { ServiceAccountTokens } from './volumes/service-account-tokens.ts';

export interface KubeletOptions {
  readonly client: Reader & TokenRequester & Watcher & Writer;
  readonly runtime: PodRuntime;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly nodeName: string;
  /** What pods leave on this machine lies under `<dataDirectory>/agents/<node>`. */
  readonly dataDirectory: string;
  /** Where this machine is reached by the others. */
  readonly nodeAddress: string;
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Takes the place of what the machine has, such as `{ cpu: '1', memory: '2Gi' }` where agents share a machine. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly dns: DnsOptions;
  /** Makes the pods' network, once the node has its subnet; resolves with the name that the runtime knows it by. */
  readonly joinNetwork: (podCIDR: string, signal: AbortSignal) => Promise<string>;
  /** Shared by the agents of one process; without it the kubelet follows the services itself. */
  readonly services?: ServiceReader;
  readonly server?: ServerOptions;
  /** Where static pods' manifests lie. */
  readonly manifestDirectory?: string;
  /** Of the process, if it has but one kubelet: what the kubelet counts stands in it. */
  readonly metrics?: Registry;
  /** Without it events go to the API. */
  readonly recorder?: EventRecorder;
}

export type ServerOptions = Omit<KubeletServerOptions, 'authorization' | 'pods' | 'stats' | 'log'>;

const retryMs = 1_000;

export function createKubelet(options: KubeletOptions): Component {
  return {
    name: `kubelet ${options.nodeName}`,
    start: (signal) => startKubelet(options, signal),
  };
}

async function startKubelet(options: KubeletOptions, signal: AbortSignal): Promise<Running> {
  const { client, runtime, clock, random, nodeName } = options;
  // Everything here ends with this one signal, which is no leak.
  setMaxListeners(0, signal);
  const log = options.log.child({ node: nodeName });
  const directory = join(options.dataDirectory, 'agents', nodeName);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const machine = await readMachine(directory);
  const runtimeInfo = await runtime.info();
  const facts: NodeFacts = {
    name: nodeName,
    address: options.nodeAddress,
    port: options.server?.port ?? 0,
    labels: options.nodeLabels ?? {},
    capacity: options.capacity ?? {},
    machine,
    runtime: runtimeInfo,
    simulated: runtime.simulated,
  };
  const reporter = new NodeReporter({ client, clock, log, facts, runtime, dataDirectory: directory });
  await reporter.register(signal);
  const background: Promise<unknown>[] = [reporter.run(signal)];
  const nodeInformer = createInformer<Node>({
    client,
    clock,
    log,
    resource: nodes,
    fieldSelector: `metadata.name=${nodeName}`,
  });
  nodeInformer.onChange((changes) => {
    for (const { next } of changes) if (next) reporter.onNode(next);
  });
  background.push(nodeInformer.start(signal).then(({ done }) => done));

  const network = await networkOf(options, { reporter, nodeInformer }, signal);
  if (network === undefined) return { done: Promise.all(background).then(() => {}) };

  const podInformer = createInformer<Pod>({
    client,
    clock,
    log,
    resource: pods,
    fieldSelector: `spec.nodeName=${nodeName}`,
  });
  const serviceInformer = options.services
    ? undefined
    : createInformer<Service>({ client, clock, log, resource: services });
  const recorder = options.recorder ?? createEventRecorder({ client, clock, log, nodeName, signal });
  const references = new References({ client, clock, log, onChange: (uid) => registry.refresh(uid) });
  const tokens = new ServiceAccountTokens({ client, clock, random, log, onDue: (uid) => registry.refresh(uid) });
  const metrics = options.metrics ?? new Registry();
  const context: PodContext = {
    client,
    runtime,
    runtimeName: runtimeInfo.name,
    clock,
    log,
    recorder,
    volumes: new PodVolumes(directory, clock),
    references,
    tokens,
    metrics: createKubeletMetrics({ registry: metrics, nodeName, pods: () => registry.observed() }),
    statuses: new StatusWriter(client, clock, log),
    services: options.services ?? serviceReader(serviceInformer),
    node: { hostIP: options.nodeAddress, allocatable: capacityOf(facts), memoryBytes: machine.memoryBytes },
    dns: options.dns,
    nodeResolver: parseResolvConf(await readFile('/etc/resolv.conf', 'utf8').catch(() => '')),
    nodeHosts: await readFile('/etc/hosts', 'utf8').catch(() => '127.0.0.1\tlocalhost\n'),
    network,
    published: (pod) => publishedPod(pod, podInformer),
  };
  const registry = new PodRegistry(context, podInformer);

  podInformer.onChange((changes) => {
    for (const { previous, next } of changes) syncChange(registry, previous, next);
    reconcileMirrors();
  });
  for (const informer of [serviceInformer, podInformer]) {
    if (informer) background.push((await informer.start(signal)).done);
  }
  // An informer that was stopped before its first list knows of no pod: nothing may be concluded from that.
  if (signal.aborted) return { done: Promise.all(background).then(() => {}) };
  if (options.manifestDirectory) {
    const manifests = followManifests({ directory: options.manifestDirectory, nodeName, clock, log }, signal);
    const first = await manifests.next();
    if (!first.done) registry.setStaticPods(first.value);
    background.push(followStaticPods(manifests));
  }
  reconcileMirrors();
  background.push(followRuntime({ runtime, clock, log, registry, reporter }, signal));

  if (options.server) {
    const access = createPodAccess(registry, runtime, clock);
    const stats = createNodeStats({
      collector: new UsageCollector({
        runtime,
        pods: () => registry.observed(),
        clock,
        directory,
        hasWholeMachine: !runtime.simulated && Object.keys(facts.capacity).length === 0,
      }),
      registry: metrics,
      nodeName,
      startedAt: clock.now(),
      memoryBytes: wholeValue(capacityOf(facts).memory ?? '0'),
    });
    const authorization = { access: createDelegatedAccess({ client, clock }), nodeName };
    const server = createKubeletServer({ ...options.server, authorization, pods: access, stats, log });
    background.push((await server.start(signal)).done);
  }
  const done = aborted(signal).then(async () => {
    await registry.stop();
    references.stop();
    tokens.stop();
    await Promise.all(background);
  });
  return { done };

  async function followStaticPods(manifests: AsyncIterable<ReadonlyMap<string, Pod>>): Promise<void> {
    for await (const found of manifests) {
      registry.setStaticPods(found);
      reconcileMirrors();
    }
  }

  function reconcileMirrors(): void {
    const mirrors = podInformer.list().filter(isMirror);
    for (const action of decideMirrors(registry.staticPods.values(), mirrors)) {
      applyMirror(client, action).catch((err: unknown) => log.warn({ err }, 'could not mirror a static pod'));
    }
  }
}

/** One object may have taken the place of another of the same name. */
function syncChange(registry: PodRegistry, previous: Pod | undefined, next: Pod | undefined): void {
  if (previous && previous.metadata.uid !== next?.metadata.uid)
    registry.sync(previous.metadata.uid, identityOf(previous));
  if (next) registry.sync(next.metadata.uid, identityOf(next));
}

/** Watches the runtime before it looks at everything, so that nothing goes by unseen; again when the watch breaks. */
async function followRuntime(
  parts: Pick<KubeletOptions, 'runtime' | 'clock' | 'log'> & { registry: PodRegistry; reporter: NodeReporter },
  signal: AbortSignal,
): Promise<void> {
  const { runtime, clock, log, registry, reporter } = parts;
  while (!signal.aborted) {
    try {
      const changes = await runtime.watch(signal);
      await registry.adopt(await runtime.list());
      registry.wakeAll();
      reporter.setNotReady('');
      for await (const uid of changes) registry.wake(uid);
    } catch (err) {
      if (signal.aborted) return;
      log.warn({ err }, 'lost the container runtime');
      reporter.setNotReady(`container runtime is down: ${err instanceof Error ? err.message : String(err)}`);
    }
    await sleep(clock, retryMs, signal);
  }
}

/** Waits for the node's subnet, then has the network made. Undefined: stopped before that. */
async function networkOf(
  { clock, log, nodeName, joinNetwork }: KubeletOptions,
  { reporter, nodeInformer }: { readonly reporter: NodeReporter; readonly nodeInformer: Informer<Node> },
  signal: AbortSignal,
): Promise<string | undefined> {
  const podCIDR = await subnetOf(nodeName, nodeInformer, signal);
  while (podCIDR !== undefined && !signal.aborted) {
    try {
      const network = await joinNetwork(podCIDR, signal);
      reporter.setNotReady('');
      return network;
    } catch (err) {
      log.warn({ err }, 'could not make the network of the pods');
      reporter.setNotReady(`container runtime network not ready: ${err instanceof Error ? err.message : String(err)}`);
      await sleep(clock, retryMs, signal);
    }
  }
  return undefined;
}

async function subnetOf(nodeName: string, informer: Informer<Node>, signal: AbortSignal): Promise<string | undefined> {
  let unfollow = () => {};
  const subnet = await new Promise<string | undefined>((resolve) => {
    const look = () => {
      const podCIDR = informer.get(nodeName)?.spec?.podCIDR;
      if (podCIDR) resolve(podCIDR);
    };
    unfollow = informer.onChange(look);
    look();
    void aborted(signal).then(() => resolve(undefined));
  });
  unfollow();
  return subnet;
}

function serviceReader(informer: Informer<Service> | undefined): ServiceReader {
  if (!informer) throw new Error('services come from outside or from an informer');
  return { list: (namespace) => informer.list(namespace), get: (key) => informer.get(key) };
}
