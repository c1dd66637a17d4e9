// Owns the form of a request between the API server and whoever speaks to it: the HTTPS layer, which parses a URL into
// one, and the in-process client, which builds one directly. Neither knows the other.
import type { DeleteOptions } from './api/types.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resource.ts';

/** Who asks. `system:masters` in the groups may do everything. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** What authentication knows beyond that, such as the pod that a token was given to. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ObjectName {
  readonly namespace?: string;
  readonly name: string;
}

export interface ListOptions {
  /** Left out: all namespaces. */
  readonly namespace?: string;
  /** The selector grammar of the API: `app=web,tier in (a,b),!canary`. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Unset: consistent. `0`: any cached state. N: not older than N, or exactly N as `resourceVersionMatch` says. */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  readonly limit?: number;
  readonly continue?: string;
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Events behind this version; unset or `0`: begins with an ADDED for each object that exists. */
  readonly resourceVersion?: string;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
  readonly signal: AbortSignal;
}

/** A watch of one who tells many others, and lets them take turns. */
export interface PacedWatchOptions extends WatchOptions {
  /** Awaited before events are handed over; those that happen until then come with them. */
  readonly turn?: () => Promise<void>;
}

/** What an operation may tell beside its result. Nothing of it goes over the wire. */
export interface Notices {
  /** Called with each text that a client should see, such as an unknown field. */
  readonly onWarning?: (text: string) => void;
  /** Called with what the audit log should have of the request, such as who changed it on its way. */
  readonly onAuditAnnotation?: (key: string, value: string) => void;
}

export type DeletionOptions = Partial<DeleteOptions> & Notices;

export interface WriteOptions extends Notices {
  /** Runs everything but the write. */
  readonly dryRun?: boolean;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly fieldManager?: string;
  /** Of an apply: takes fields from other managers instead of refusing. */
  readonly force?: boolean;
  /** Called if an apply or an update created the object. */
  readonly onCreated?: () => void;
  /** What is to be said of keys that stand twice in the body, as its parser found them: a value no longer shows them. */
  readonly duplicates?: readonly string[];
}

/** Server-side apply: the body is a configuration, in YAML or JSON. */
export const applyPatchType = 'application/apply-patch+yaml';

export type PatchType =
  | typeof applyPatchType
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json';

export type WatchEvent<T extends KubeObject = KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | {
      readonly type: 'BOOKMARK';
      readonly object: {
        readonly apiVersion: string;
        readonly kind: string;
        readonly metadata: {
          readonly resourceVersion: string;
          readonly annotations?: Readonly<Record<string, string>>;
        };
      };
    };

export interface ObjectList<T extends KubeObject = KubeObject> {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

/** What a log request may say; a pod's log is bytes. */
export interface LogOptions {
  readonly container?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

export interface ExecOptions {
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly tty?: boolean;
}

/** Like ExecOptions, of the container's own program. */
export interface AttachOptions extends Omit<ExecOptions, 'command'> {}

export interface PortForwardOptions {
  /** Which are going to be asked for, as far as the client has said. */
  readonly ports?: readonly number[];
}

/** Channels of Kubernetes' remote command protocol, `v5.channel.k8s.io`. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** A running exec: numbered channels over one connection. The error channel carries a Status as JSON at the end. */
export interface ChannelStream extends AsyncIterable<{ readonly channel: number; readonly data: Uint8Array }> {
  send(channel: number, data: Uint8Array): void;
  /** Resolves once what was sent has left this process's buffers: how a fast sender keeps step with a slow reader. */
  drained?(): Promise<void>;
  close(): void;
}

/** Channels of one connection to a port of a pod; `channels.close` ends one direction, as it does in a command's. */
export const portChannels = { data: 0, error: 1 } as const;

/** The way to the ports of one pod. */
export interface PortForward {
  /** Opens a connection. Throws StatusError where nothing listens. */
  connect(port: number): Promise<ChannelStream>;
}

/** A resource that an API server serves, as it says itself. */
export interface DiscoveredResource extends Resource {
  readonly verbs: readonly string[];
  /** Such as `status`. */
  readonly subresources: readonly string[];
}

/**
 * Every operation of the API server, already authenticated. Objects that come out are deep-frozen and may be shared;
 * what goes in is never kept. All throw StatusError.
 */
export interface Api {
  /** Each resource that is served now, in the version that clients should prefer; by group and name. */
  discover(user: UserInfo): Promise<readonly DiscoveredResource[]>;
  /** Of the subresources, `status` and `scale` can be read; `scale` answers with a Scale. */
  get<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: ObjectName & { readonly subresource?: string },
  ): Promise<T>;
  list<T extends KubeObject>(user: UserInfo, resource: Resource<T>, options: ListOptions): Promise<ObjectList<T>>;
  /**
   * In batches: whatever was ready when the reader came back. Throws at once what is wrong with the request, such as
   * Forbidden; the iteration throws what the server cannot give, such as Expired.
   */
  watch<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    options: PacedWatchOptions,
  ): AsyncIterable<readonly WatchEvent<T>[]>;
  /** `subresource` such as `binding` (of pods) creates through it; then `name` says of which object. */
  create<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
    body: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  update<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: ObjectName & { readonly subresource?: string },
    body: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  patch<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: ObjectName & { readonly subresource?: string },
    patch: { readonly type: PatchType; readonly body: unknown },
    options?: WriteOptions,
  ): Promise<T>;
  /** Resolves with the object as it was deleted, or as it waits for its grace period or finalizers. */
  delete<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: ObjectName,
    options?: DeletionOptions,
  ): Promise<T>;
  /** Deletes what a list with the same options would show; resolves with the objects as `delete` would return them. */
  deleteCollection<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    selection: ListOptions,
    options?: DeletionOptions,
  ): Promise<ObjectList<T>>;
  log(user: UserInfo, pod: ObjectName, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  exec(user: UserInfo, pod: ObjectName, options: ExecOptions & Notices, signal: AbortSignal): Promise<ChannelStream>;
  attach(
    user: UserInfo,
    pod: ObjectName,
    options: AttachOptions & Notices,
    signal: AbortSignal,
  ): Promise<ChannelStream>;
  /** The connections end with the signal. */
  portForward(
    user: UserInfo,
    pod: ObjectName,
    options: PortForwardOptions & Notices,
    signal: AbortSignal,
  ): Promise<PortForward>;
}
