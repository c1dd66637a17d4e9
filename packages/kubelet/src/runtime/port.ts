// Owns the runtime port: everything that the kubelet asks of a container runtime. A pod is a sandbox, which holds the
// pod's network and IPC, and containers that join it. What a runtime keeps about a container (labels, names) is its own
// affair, as long as `list` finds everything again after the agent was restarted.

import type { Duplex } from 'node:stream';

export interface PodIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a container sees at a path: a part of the host's file tree, or memory that lives as long as the sandbox. */
export type Mount =
  | {
      readonly type: 'bind';
      readonly hostPath: string;
      readonly containerPath: string;
      readonly readOnly: boolean;
      readonly propagation: 'private' | 'rslave' | 'rshared';
    }
  | { readonly type: 'memory'; readonly volume: string; readonly containerPath: string; readonly readOnly: boolean };

export interface HostPort {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIP: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

export interface SandboxSpec {
  readonly pod: PodIdentity;
  readonly hostname: string;
  /** `undefined`: the host's own network. Else the name of the network that the pod joins. */
  readonly network: string | undefined;
  readonly hostPorts: readonly HostPort[];
  readonly hostIPC: boolean;
  readonly hostPID: boolean;
  readonly sysctls: Readonly<Record<string, string>>;
  /** Volumes in memory, held by the sandbox and shared by the pod's containers. */
  readonly memoryVolumes: readonly { readonly name: string; readonly sizeBytes?: number }[];
  /** Kept with the sandbox, for an agent that finds it after the pod's API object has gone. */
  readonly gracePeriodSeconds: number;
  /** How the simulated runtime is told what to do with the pod; others ignore it. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ResourceLimits {
  /** Relative weight, 2 and above. */
  readonly cpuShares: number;
  /** Microseconds of CPU per period of 100 ms; undefined: no limit. */
  readonly cpuQuota?: number;
  readonly memoryBytes?: number;
  readonly oomScoreAdjust: number;
}

export interface ContainerSecurity {
  /** `user[:group]` as numbers; undefined: the image's own. */
  readonly user?: string;
  readonly supplementalGroups: readonly number[];
  readonly privileged: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly allowPrivilegeEscalation: boolean;
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
}

export interface ContainerSpec {
  readonly pod: PodIdentity;
  readonly sandboxId: string;
  readonly name: string;
  readonly restartCount: number;
  /** Tells containers of one definition from those of another. */
  readonly specHash: string;
  readonly image: string;
  /** Replaces the image's entry point and, with it, the image's arguments; undefined: the image's own. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly workingDir?: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly mounts: readonly Mount[];
  readonly resources: ResourceLimits;
  readonly security: ContainerSecurity;
  readonly hostPID: boolean;
  /** The pod's containers see one another's processes. */
  readonly sharesProcesses: boolean;
  /** The container whose processes this one sees, as it alone does, if the pod's containers do not. */
  readonly processesOf?: string;
}

export interface SandboxState {
  readonly id: string;
  /** It runs and holds its network. */
  readonly ready: boolean;
  /** Milliseconds of the wall clock. */
  readonly createdAt: number;
  /** Undefined on the host's network, and when the sandbox does not run. */
  readonly address?: string;
  readonly gracePeriodSeconds: number;
}

/** Times in milliseconds of the wall clock. */
export type ContainerPhase =
  | { readonly phase: 'created' }
  | { readonly phase: 'running'; readonly startedAt: number }
  | {
      readonly phase: 'exited';
      readonly startedAt: number;
      readonly finishedAt: number;
      readonly exitCode: number;
      readonly oomKilled: boolean;
      /** Why it could not start at all. */
      readonly startError?: string;
    };

export interface ContainerState {
  readonly id: string;
  readonly name: string;
  readonly sandboxId: string;
  readonly restartCount: number;
  readonly specHash: string;
  /** As the pod names it. */
  readonly image: string;
  readonly imageId: string;
  readonly createdAt: number;
  readonly status: ContainerPhase;
}

/** Everything that the runtime has of one pod: newest first. */
export interface PodState {
  readonly pod: PodIdentity;
  readonly sandboxes: readonly SandboxState[];
  readonly containers: readonly ContainerState[];
}

export interface ImageInfo {
  /** As statuses name it: `docker://sha256:…`, or the digest that it was pulled by. */
  readonly id: string;
  readonly names: readonly string[];
  readonly sizeBytes: number;
  /** The user that the image runs as, as the image writes it; empty: root. */
  readonly user: string;
}

export interface LogRequest {
  readonly follow: boolean;
  /** Undefined: from the beginning. */
  readonly tailLines?: number;
  /** Milliseconds of the wall clock. */
  readonly since?: number;
  /** Each line begins with its time, RFC 3339 with nanoseconds. */
  readonly timestamps: boolean;
}

export interface AttachRequest {
  readonly stdin: boolean;
  readonly tty: boolean;
}

export interface ExecRequest extends AttachRequest {
  readonly command: readonly string[];
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}

/** A program that runs in a container: a command, or the container's own. With a tty, everything comes on stdout. */
export interface ExecSession {
  readonly output: AsyncIterable<OutputChunk>;
  /** Resolves when there is room for more; undefined: there is. */
  write(data: Uint8Array): Promise<void> | undefined;
  /** No more input; the output goes on. */
  endInput(): void;
  resize(size: { readonly width: number; readonly height: number }): Promise<void>;
  /** Settles after the output ended. Of an attach always 0: how the container ended is its pod's to tell. */
  readonly exitCode: Promise<number>;
  /** Lets go of the session, whether it ended or not. */
  close(): void;
}

/** What a running container has used. */
export interface Usage {
  /** When it was measured, in milliseconds of the wall clock. */
  readonly at: number;
  /** Since the container started. */
  readonly cpuNanoseconds: number;
  readonly memory: MemoryUsage;
  /** Of a sandbox with a network of its own: by the name of the interface. */
  readonly network: Readonly<Record<string, NetworkUsage>>;
}

export interface MemoryUsage {
  readonly usageBytes: number;
  /** Without what can be given back at once: files that nobody uses. */
  readonly workingSetBytes: number;
  readonly rssBytes: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
}

export interface NetworkUsage {
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

export interface RegistryCredentials {
  /** The registry's host, with its port if it has one. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

export interface PullRequest {
  /** Undefined: as nobody in particular. */
  readonly credentials?: RegistryCredentials;
  readonly signal: AbortSignal;
}

export interface RuntimeInfo {
  /** As in a container id: `docker`, `simulated`. */
  readonly name: string;
  readonly version: string;
}

/** The runtime refused: `reason` is how a container's status names it. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
}

export interface PodRuntime {
  /**
   * A simulated runtime has neither files nor a network: volumes are not laid out for it, and probes that would go
   * over the network count as passed.
   */
  readonly simulated: boolean;
  info(): Promise<RuntimeInfo>;

  /** Everything that this node has, in whatever state. */
  list(): Promise<readonly PodState[]>;
  observe(pod: PodIdentity): Promise<PodState>;
  /**
   * The uid of a pod whenever something about it may have changed. Resolves once it listens; the iteration ends when
   * the connection to the runtime is lost: the caller then watches again and looks at every pod.
   */
  watch(signal: AbortSignal): Promise<AsyncIterable<string>>;

  /** Creates and starts a sandbox. */
  createSandbox(spec: SandboxSpec): Promise<void>;
  stopSandbox(id: string): Promise<void>;
  /** With what it held; harmless when it is gone. */
  removeSandbox(id: string): Promise<void>;

  /** Creates and starts a container. A program that cannot be started is an exited container, not an error. */
  startContainer(spec: ContainerSpec): Promise<string>;
  /** Asks the container to end, with the signal that its image names or SIGTERM; harmless when it ended. */
  terminateContainer(id: string): Promise<void>;
  killContainer(id: string): Promise<void>;
  removeContainer(id: string): Promise<void>;

  /** Of a container or a sandbox, measured now; undefined: it does not run. */
  usage(id: string): Promise<Usage | undefined>;

  logs(containerId: string, request: LogRequest, signal: AbortSignal): AsyncIterable<OutputChunk>;
  exec(containerId: string, request: ExecRequest): Promise<ExecSession>;
  /** To the container's own program, from now on. */
  attach(containerId: string, request: AttachRequest): Promise<ExecSession>;

  /**
   * A connection to what listens on the sandbox's own loopback, which no address leads to; undefined: nothing does. It
   * may be over as soon as the program there has said all.
   */
  connectLoopback(sandboxId: string, port: number): Promise<Duplex | undefined>;

  image(name: string): Promise<ImageInfo | undefined>;
  images(): Promise<readonly ImageInfo[]>;
  /** Resolves when the image is here; throws RuntimeError with the registry's words. */
  pull(name: string, request: PullRequest): Promise<void>;
}
