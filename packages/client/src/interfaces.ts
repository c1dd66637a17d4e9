// Owns the interfaces through which every loop, the agent and the dashboard act on the cluster. Each is narrow, so
// that a function can ask for just what it needs; two transports implement them all.
import type {
  AttachOptions,
  ChannelStream,
  DeleteOptions,
  DiscoveredResource,
  ExecOptions,
  KubeObject,
  ListOptions,
  LogOptions,
  New,
  ObjectList,
  ObjectName,
  PatchType,
  PortForward,
  Resource,
  Scale,
  TokenRequest,
  TokenRequestSpec,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '@berth/objects';

/** All methods of all interfaces here throw StatusError, whatever the transport. */
export interface Reader {
  get<T extends KubeObject>(resource: Resource<T>, name: ObjectName): Promise<T>;
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ObjectList<T>>;
}

export interface Discoverer {
  /**
   * Each resource that is served now, in the version that clients should prefer. Of one that was
   * discovered over HTTPS, `type` is empty.
   */
  discover(): Promise<readonly DiscoveredResource[]>;
}

export interface Watcher {
  /**
   * Events in batches, until the signal aborts or the server ends the watch. Throws `Expired` when the version to
   * begin at is too old.
   */
  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<readonly WatchEvent<T>[]>;
}

export interface Writer {
  create<T extends KubeObject>(
    resource: Resource<T>,
    object: New<T>,
    options?: WriteOptions & { readonly namespace?: string },
  ): Promise<T>;
  /**
   * Replaces the object, or what its subresource (such as `finalize`) stands for; metadata.resourceVersion says on what
   * the change was decided.
   */
  update<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: WriteOptions & { readonly subresource?: string },
  ): Promise<T>;
  /** Like update, for the status alone. */
  updateStatus<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(
    resource: Resource<T>,
    target: ObjectName & { readonly subresource?: string },
    patch: { readonly type: PatchType; readonly body: unknown },
    options?: WriteOptions,
  ): Promise<T>;
  delete<T extends KubeObject>(resource: Resource<T>, target: ObjectName, options?: Partial<DeleteOptions>): Promise<T>;
}

export interface Scaler {
  getScale(resource: Resource, target: ObjectName): Promise<Scale>;
  /** With `scale.metadata.resourceVersion` set, a conflict if the object changed since. */
  updateScale(resource: Resource, target: ObjectName, scale: Scale): Promise<Scale>;
}

export interface Binder {
  /** Puts a pod on a node; a conflict if it is on one already. */
  bind(pod: ObjectName & { readonly uid?: string }, node: string): Promise<void>;
}

export interface TokenRequester {
  /** A token by which its holder is the service account; what it is for stands in the spec, and the token in the status. */
  requestToken(account: ObjectName, spec: TokenRequestSpec): Promise<TokenRequest>;
}

export interface PodStreams {
  log(pod: ObjectName, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  exec(pod: ObjectName, options: ExecOptions, signal: AbortSignal): Promise<ChannelStream>;
  /** To the container's own program. */
  attach(pod: ObjectName, options: AttachOptions, signal: AbortSignal): Promise<ChannelStream>;
  portForward(pod: ObjectName, signal: AbortSignal): Promise<PortForward>;
}

export interface Client extends Reader, Discoverer, Watcher, Writer, Scaler, Binder, TokenRequester, PodStreams {}
