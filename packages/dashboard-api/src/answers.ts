// Owns the shapes of what queries and commands answer, as the browser sees them. Types only. Times are milliseconds
// since the epoch.
import type { Node, Pod, ReplicationController, Service, UserInfo } from '@berth/objects';
import type { EventRow, NodeRow, PodRow, ReplicationControllerRow, ServiceRow } from './contract.ts';

export type SessionState =
  | {
      readonly signedIn: false;
      /** No password is set yet: the one-time link is the only way in. */
      readonly needsSetUp: boolean;
    }
  | { readonly signedIn: true; readonly user: UserInfo; readonly sessionId: string; readonly expiresAt: number };

export interface SessionSummary {
  readonly id: string;
  /** Whether this is the session that asks. */
  readonly current: boolean;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

export interface ApiTokenSummary {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** To the minute or so; undefined: never. */
  readonly lastUsedAt?: number;
  /** Undefined: it does not end. */
  readonly expiresAt?: number;
}

/** What is told once, when a token was made. */
export interface NewApiToken {
  readonly token: string;
  /** A kubeconfig with the token in it. */
  readonly kubeconfig: string;
}

/** A service or controller, seen from a pod. */
export interface Selecting {
  readonly kind: 'Service' | 'ReplicationController';
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  /** Whether the pod's controller reference names it. Always false for services. */
  readonly owns: boolean;
}

interface Detail<O, R> {
  readonly object: O;
  readonly row: R;
  readonly yaml: string;
  /** Newest first. */
  readonly events: readonly EventRow[];
}

export interface PodDetail extends Detail<Pod, PodRow> {
  /** The services and controllers whose selector matches, and the controller that owns the pod. */
  readonly selectedBy: readonly Selecting[];
}

export interface LabelPreview {
  readonly gains: readonly Selecting[];
  readonly loses: readonly Selecting[];
}

export interface LabelChange {
  /** The labels before, for an undo. */
  readonly previous: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** On what an undo is decided. */
  readonly resourceVersion: string;
}

export interface ReplicationControllerDetail extends Detail<ReplicationController, ReplicationControllerRow> {
  readonly pods: readonly PodRow[];
  /** Services whose selector matches the controller's template. */
  readonly services: readonly string[];
}

export interface ScaleChange {
  /** The count before, for an undo. */
  readonly previous: number;
  readonly replicas: number;
  readonly resourceVersion: string;
}

/** What a scale would do, as the scheduler sees it now. */
export interface ScalePreview {
  readonly current: number;
  readonly replicas: number;
  /** Scaling up: how many new pods would land on which node. */
  readonly placements: readonly { readonly node: string; readonly pods: number }[];
  /** New pods that would fit nowhere, and why: how many nodes give each reason. */
  readonly unplaced: number;
  readonly reasons: readonly { readonly reason: string; readonly nodes: number }[];
  /** Scaling down: the pods that would go, first one first. */
  readonly removed: readonly { readonly name: string; readonly node?: string }[];
}

export interface ServicePod {
  readonly row: PodRow;
  /** How the pod stands in the service's endpoints. */
  readonly endpoint: 'ready' | 'not ready' | 'missing';
}

export interface ServiceDetail extends Detail<Service, ServiceRow> {
  readonly pods: readonly ServicePod[];
  /** What is wrong between selector, pods and endpoints, in sentences. */
  readonly findings: readonly string[];
  /** Services of the namespace that share pods with this one. */
  readonly overlaps: readonly { readonly service: string; readonly pods: number }[];
}

export interface NodeDetail extends Detail<Node, NodeRow> {
  readonly pods: readonly PodRow[];
}

export interface NamespaceSummary {
  readonly name: string;
  readonly phase: 'Active' | 'Terminating';
  readonly createdAt: number;
  readonly pods: number;
}

/** One bad field of a document. */
export interface FieldProblem {
  /** Such as `spec.containers[0].name`; empty when the document as a whole is meant. */
  readonly field: string;
  readonly message: string;
}

export interface DocumentResult {
  /** Place in the text, from 0, and the line that it begins on, from 1. */
  readonly index: number;
  readonly line: number;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** With a dry run: what would happen. */
  readonly outcome: 'created' | 'configured' | 'unchanged' | 'failed';
  readonly message?: string;
  readonly problems: readonly FieldProblem[];
}

export interface ApplyResult {
  readonly documents: readonly DocumentResult[];
  readonly failed: number;
}

export interface Manifest {
  readonly yaml: string;
  readonly resourceVersion: string;
  /** Whether values of a secret were left out. */
  readonly redacted: boolean;
}

export interface SavedManifest extends Manifest {
  /** The text before, for an undo; empty when it holds secret values. */
  readonly previousYaml: string;
}

export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly outcome: 'ok' | 'failed';
  /** What changed, or why it failed. */
  readonly detail?: string;
  /** The same with kubectl. */
  readonly command?: string;
}

export interface AuditPage {
  readonly entries: readonly AuditRow[];
  /** Hand it in for the next page; undefined at the end. */
  readonly nextCursor?: string;
}

export interface SavedViewRow {
  readonly id: string;
  readonly name: string;
  readonly noun: string;
  /** The page's query string. */
  readonly query: string;
  readonly createdAt: number;
}

/** What an error carries beside its message, under `data.cause`. */
export interface ErrorCause {
  /** The API's reason, such as `Conflict`, or the gateway's own. */
  readonly reason: string;
  readonly problems: readonly FieldProblem[];
  /** When a refused sign-in may be tried again. */
  readonly retryAfterSeconds?: number;
}
