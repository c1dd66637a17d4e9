// Owns the live protocol between the gateway and the browser: what goes over the one socket. Types only, so that the
// browser's bundle takes nothing else from this package. Commands and queries go over tRPC.
//
// A browser opens views (a list of one noun, filtered and sorted by the server), logs and execs, each under an id that
// it chooses; frames come back under that id. A failed stream ends alone. After a reconnect the browser opens its
// views again.

/** How a pod stands, as one word that has one colour everywhere. */
export type PodState = 'running' | 'starting' | 'pending' | 'failing' | 'terminating' | 'succeeded' | 'unknown';

interface Row {
  readonly uid: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface PodRow extends Row {
  readonly namespace: string;
  readonly state: PodState;
  /** What kubectl prints under STATUS: `CrashLoopBackOff`. */
  readonly status: string;
  /** Why the pod is not running, when it is not: a sentence for people. */
  readonly reason?: string;
  readonly readyContainers: number;
  readonly containers: number;
  readonly restarts: number;
  readonly node?: string;
  readonly ip?: string;
  readonly owner?: { readonly kind: string; readonly name: string };
  /** Names of the services whose selector matches the pod. */
  readonly services: readonly string[];
}

export interface NodeRow extends Row {
  readonly ready: boolean;
  readonly schedulable: boolean;
  /** What kubectl prints under STATUS. */
  readonly status: string;
  /** `docker://20.10.24`, or `simulated://…`. */
  readonly runtime: string;
  readonly simulated: boolean;
  readonly address?: string;
  readonly podCidr?: string;
  readonly pods: number;
  /** What can be requested, and what the node's pods request: millicores, bytes, pods. */
  readonly capacity: { readonly cpu: number; readonly memory: number; readonly pods: number };
  readonly requested: { readonly cpu: number; readonly memory: number };
}

export interface ReplicationControllerRow extends Row {
  readonly namespace: string;
  readonly resourceVersion: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly desired: number;
  readonly current: number;
  readonly ready: number;
  readonly images: readonly string[];
}

export interface ServiceRow extends Row {
  readonly namespace: string;
  readonly type: string;
  readonly clusterIP: string;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly nodePort?: number;
    readonly protocol: string;
  }[];
  readonly selector: Readonly<Record<string, string>>;
  readonly readyEndpoints: number;
  readonly notReadyEndpoints: number;
  /** Pods that the selector matches, as `namespace/name`. */
  readonly pods: readonly string[];
}

export interface EventRow extends Row {
  readonly namespace: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly lastSeen: number;
  readonly object: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly source: string;
}

export interface Rows {
  readonly pods: PodRow;
  readonly nodes: NodeRow;
  readonly replicationcontrollers: ReplicationControllerRow;
  readonly services: ServiceRow;
  readonly events: EventRow;
}

export type Noun = keyof Rows;

export interface ViewQuery<N extends Noun = Noun> {
  readonly noun: N;
  readonly namespace?: string;
  /** The full selector grammar of the API. A bad one is answered with an `error` frame that says where. */
  readonly labelSelector?: string;
  /** One object, for its page. */
  readonly name?: string;
  /** Pods that are on this node. */
  readonly node?: string;
  /** Free text: matches names. */
  readonly search?: string;
  readonly sort?: { readonly by: keyof Rows[N] & string; readonly descending: boolean };
  /** At most so many rows; `total` stays exact. */
  readonly limit?: number;
  /**
   * False: the page arranges the rows itself, as a picture of all pods does, and no patch carries an `order`. Left out:
   * true.
   */
  readonly ordered?: boolean;
}

/** Whether what is shown is what is. `since`: milliseconds since the epoch. */
export interface ServerFreshness {
  readonly state: 'live' | 'stale';
  readonly since: number;
}

export type Frame<N extends Noun = Noun> =
  /** Everything that the view shows; replaces what was shown. */
  | {
      readonly kind: 'snapshot';
      readonly rows: readonly Rows[N][];
      readonly total: number;
      /** label → value → how many rows of the view (before the label filter) carry it. */
      readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>>;
      readonly freshness: ServerFreshness;
    }
  /**
   * Changes: rows to put (new or changed), uids to remove, and the order of all rows where it changed. Without an order,
   * what went is left out and what is new stands at the end, in the order of `put`.
   */
  | {
      readonly kind: 'patch';
      readonly put: readonly Rows[N][];
      readonly remove: readonly string[];
      readonly order?: readonly string[];
      readonly total: number;
      readonly facets?: Readonly<Record<string, Readonly<Record<string, number>>>>;
    }
  | { readonly kind: 'freshness'; readonly freshness: ServerFreshness }
  | { readonly kind: 'error'; readonly message: string };

export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly tailLines?: number;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
}

export type LogFrame =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** Lines that the browser was too slow to take. */
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'end'; readonly reason: string };

/** `ok: false` carries what went wrong, in words for the person. */
export type Acknowledgement = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface ClientToServer {
  openView(id: string, query: ViewQuery, acknowledge: (answer: Acknowledgement) => void): void;
  openLog(id: string, query: LogQuery, acknowledge: (answer: Acknowledgement) => void): void;
  /** Ends a view or a log. */
  close(id: string): void;
}

export interface ServerToClient {
  view(id: string, frame: Frame): void;
  log(id: string, frame: LogFrame): void;
  /** The session ended: sign in again, in place. */
  signedOut(): void;
}
