// Owns the runtime port without containers: for tests, for trying the API and for clusters of hundreds of nodes in one
// process. A pod is a record in memory; there is no timer while nothing happens.
import { type Clock, type Random, systemRandom } from '@berth/host';
import {
  type ContainerSpec,
  type ExecSession,
  type OutputChunk,
  type PodIdentity,
  type PodRuntime,
  type PodState,
  RuntimeError,
  type SandboxSpec,
  type Usage,
} from '../port.ts';
import { AddressPool } from './addresses.ts';
import { simulatedUsage, simulationAnnotations } from './annotations.ts';
import { Changes } from './changes.ts';
import { type LogRequest, logOf } from './log.ts';
import { type Container, type PodRecord, type Sandbox, stateOf } from './records.ts';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  readonly random?: Random;
  /** From a container's start to its running, and from a signal to its end. */
  readonly delayMs?: number;
  /** Where pods' addresses come from, until the node's own subnet is known. */
  readonly podCIDR?: string;
  /** Images that cannot be had. */
  readonly missingImages?: readonly string[];
}

/** What a test, or whoever plays with a cluster, makes a pod's container do. */
export interface SimulatedRuntime extends PodRuntime {
  /** Pods that come from now on get addresses of this subnet. */
  usePodCIDR(cidr: string): void;
  /** Ends a running container as if its program had ended. */
  exit(containerId: string, exitCode: number, options?: { readonly oomKilled?: boolean }): void;
  /** Ends the sandbox as if its process had been killed. */
  loseSandbox(sandboxId: string): void;
  /** Adds a line to the container's log. */
  writeLog(containerId: string, line: string): void;
  /** What the containers of a name answer to a command; without it, that the node is simulated, and 0. */
  onExec(answer: (containerName: string, command: readonly string[]) => ExecAnswer): void;
}

export interface ExecAnswer {
  readonly exitCode: number;
  readonly output: string;
}

const notice = 'This node is simulated: no program runs here.';

export function createSimulatedRuntime(options: SimulatedRuntimeOptions): SimulatedRuntime {
  return new InMemoryRuntime(options);
}

class InMemoryRuntime implements SimulatedRuntime {
  readonly simulated = true;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #delayMs: number;
  readonly #missing: ReadonlySet<string>;
  readonly #pods = new Map<string, PodRecord>();
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, Container>();
  readonly #changes = new Changes();
  #addresses: AddressPool;
  #answer: (containerName: string, command: readonly string[]) => ExecAnswer = () => ({
    exitCode: 0,
    output: `${notice}\n`,
  });

  constructor(options: SimulatedRuntimeOptions) {
    this.#clock = options.clock;
    this.#random = options.random ?? systemRandom;
    this.#delayMs = options.delayMs ?? 0;
    this.#missing = new Set(options.missingImages);
    this.#addresses = new AddressPool(options.podCIDR ?? '10.244.0.0/24');
  }

  usePodCIDR(cidr: string): void {
    this.#addresses = new AddressPool(cidr);
  }

  async info() {
    return { name: 'simulated', version: '1.0' };
  }

  async list(): Promise<PodState[]> {
    return [...this.#pods.values()].map(stateOf);
  }

  async observe(pod: PodIdentity): Promise<PodState> {
    const record = this.#pods.get(pod.uid);
    return record ? stateOf(record) : { pod, sandboxes: [], containers: [] };
  }

  async watch(signal: AbortSignal): Promise<AsyncIterable<string>> {
    return this.#changes.follow(signal);
  }

  async createSandbox(spec: SandboxSpec): Promise<void> {
    const sandbox: Sandbox = {
      id: this.#id(),
      spec,
      createdAt: this.#clock.now(),
      address: spec.network === undefined ? undefined : this.#addresses.take(),
      ready: true,
    };
    this.#sandboxes.set(sandbox.id, sandbox);
    this.#record(spec.pod).sandboxes.unshift(sandbox);
    this.#changes.tell(spec.pod.uid);
  }

  async stopSandbox(id: string): Promise<void> {
    this.loseSandbox(id);
  }

  loseSandbox(sandboxId: string): void {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox?.ready) return;
    sandbox.ready = false;
    if (sandbox.address) this.#addresses.release(sandbox.address);
    this.#changes.tell(sandbox.spec.pod.uid);
  }

  async removeSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) return;
    this.loseSandbox(id);
    this.#sandboxes.delete(id);
    const { sandboxes } = this.#record(sandbox.spec.pod);
    sandboxes.splice(sandboxes.indexOf(sandbox), 1);
    this.#drop(sandbox.spec.pod);
  }

  async startContainer(spec: ContainerSpec): Promise<string> {
    const sandbox = this.#sandboxes.get(spec.sandboxId);
    if (!sandbox?.ready) throw new RuntimeError('the sandbox does not run');
    const now = this.#clock.now();
    const container: Container = {
      id: this.#id(),
      spec,
      createdAt: now,
      log: [{ time: now, text: notice }],
      followers: new Set(),
      status: { phase: 'running', startedAt: now },
    };
    this.#containers.set(container.id, container);
    this.#record(spec.pod).containers.unshift(container);
    this.#later(this.#delayMs, () => {
      this.#changes.tell(spec.pod.uid);
      const exitCode = sandbox.spec.annotations[simulationAnnotations.exitCode];
      if (exitCode === undefined) return;
      const seconds = Number(sandbox.spec.annotations[simulationAnnotations.runSeconds] ?? 0);
      this.#later(seconds * 1000, () => this.exit(container.id, Number(exitCode)));
    });
    return container.id;
  }

  async terminateContainer(id: string): Promise<void> {
    this.#later(this.#delayMs, () => this.exit(id, 143));
  }

  async killContainer(id: string): Promise<void> {
    this.exit(id, 137);
  }

  exit(containerId: string, exitCode: number, { oomKilled = false } = {}): void {
    const container = this.#containers.get(containerId);
    if (container?.status.phase !== 'running') return;
    const { startedAt } = container.status;
    container.status = { phase: 'exited', startedAt, finishedAt: this.#clock.now(), exitCode, oomKilled };
    for (const wake of container.followers) wake();
    this.#changes.tell(container.spec.pod.uid);
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) return;
    this.#containers.delete(id);
    for (const wake of container.followers) wake();
    const { containers } = this.#record(container.spec.pod);
    containers.splice(containers.indexOf(container), 1);
    this.#drop(container.spec.pod);
  }

  async usage(id: string): Promise<Usage | undefined> {
    const at = this.#clock.now();
    const container = this.#containers.get(id);
    if (!container) return this.#sandboxes.get(id)?.ready ? simulatedUsage(at, 0, {}) : undefined;
    if (container.status.phase !== 'running') return undefined;
    const annotations = this.#sandboxes.get(container.spec.sandboxId)?.spec.annotations ?? {};
    return simulatedUsage(at, at - container.status.startedAt, annotations);
  }

  writeLog(containerId: string, line: string): void {
    const container = this.#containers.get(containerId);
    if (!container) return;
    container.log.push({ time: this.#clock.now(), text: line });
    for (const wake of container.followers) wake();
  }

  logs(containerId: string, request: LogRequest, signal: AbortSignal): AsyncIterable<OutputChunk> {
    const container = this.#containers.get(containerId);
    if (!container) throw new RuntimeError(`no container ${containerId}`);
    return logOf(container, { request, signal, isThere: () => this.#containers.has(containerId) });
  }

  onExec(answer: (containerName: string, command: readonly string[]) => ExecAnswer): void {
    this.#answer = answer;
  }

  async exec(containerId: string, request: { readonly command: readonly string[] }): Promise<ExecSession> {
    return answered(this.#answer(this.#running(containerId).spec.name, request.command));
  }

  async attach(containerId: string): Promise<ExecSession> {
    this.#running(containerId);
    return answered({ exitCode: 0, output: `${notice}\n` });
  }

  async connectLoopback(): Promise<undefined> {
    return undefined;
  }

  async image(name: string) {
    return this.#missing.has(name) ? undefined : { id: `simulated://${name}`, names: [name], sizeBytes: 0, user: '' };
  }

  async images() {
    const names = new Set([...this.#containers.values()].map(({ spec }) => spec.image));
    return [...names].map((name) => ({ id: `simulated://${name}`, names: [name], sizeBytes: 0, user: '' }));
  }

  async pull(name: string): Promise<void> {
    if (this.#missing.has(name)) throw new RuntimeError(`manifest for ${name} not found`);
  }

  #running(containerId: string): Container {
    const container = this.#containers.get(containerId);
    if (container?.status.phase !== 'running') throw new RuntimeError(`container ${containerId} is not running`);
    return container;
  }

  #id(): string {
    return `${this.#random.uuid()}${this.#random.uuid()}`.replaceAll('-', '');
  }

  #later(delayMs: number, act: () => void): void {
    if (delayMs > 0) this.#clock.after(delayMs, act);
    else act();
  }

  #record(pod: PodIdentity): PodRecord {
    let record = this.#pods.get(pod.uid);
    if (!record) {
      record = { pod, sandboxes: [], containers: [] };
      this.#pods.set(pod.uid, record);
    }
    return record;
  }

  #drop(pod: PodIdentity): void {
    const record = this.#pods.get(pod.uid);
    if (record && record.sandboxes.length + record.containers.length === 0) this.#pods.delete(pod.uid);
    this.#changes.tell(pod.uid);
  }
}

function answered({ exitCode, output }: ExecAnswer): ExecSession {
  return {
    output: (async function* () {
      if (output) yield { stream: 'stdout' as const, data: Buffer.from(output) };
    })(),
    write: () => undefined,
    endInput() {},
    async resize() {},
    exitCode: Promise.resolve(exitCode),
    close() {},
  };
}
