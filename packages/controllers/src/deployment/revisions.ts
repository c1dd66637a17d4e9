// Owns what a deployment writes into the annotations of its replica sets: their revisions, their history, and for
// which size of the deployment they were sized. Pure. Source: Kubernetes' deployment controller; `kubectl rollout`
// reads them.
import type { Deployment, KubeObject, ReplicaSet } from '@berth/objects';

type Annotations = Readonly<Record<string, string>>;

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maximumAnnotation = 'deployment.kubernetes.io/max-replicas';

/** The deployment's annotations that say nothing about its replica sets. */
const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maximumAnnotation,
]);

/** A history is as long as this at most; what is older is forgotten. */
const longestHistory = 2_000;
const keepsAll = 2_147_483_647;
/** Of 64 bits, and one more must fit. */
const revisionLimit = 2n ** 63n - 1n;

/** 0 if it has none. */
function revisionOf({ metadata }: KubeObject): bigint {
  return revisionIn(metadata.annotations?.[revisionAnnotation]);
}

function revisionIn(text: string | undefined): bigint {
  const revision = text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
  return revision < revisionLimit ? revision : 0n;
}

/** The revision that a template has when it becomes the current one. */
export function nextRevision(old: readonly ReplicaSet[]): bigint {
  const [highest = 0n] = old.map(revisionOf).sort((a, b) => Number(b - a));
  return highest + 1n;
}

/** The annotations of the current replica set; `known` are those that it has. */
export function currentAnnotations(deployment: Deployment, known: Annotations, revision: bigint): Annotations {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !notCopied.has(name));
  const annotations = { ...known, ...Object.fromEntries(copied) };
  const before = known[revisionAnnotation];
  if (before !== undefined && revisionIn(before) >= revision) return annotations;
  annotations[revisionAnnotation] = String(revision);
  if (before !== undefined) annotations[historyAnnotation] = historyWith(known[historyAnnotation], before);
  return annotations;
}

function historyWith(history: string | undefined, revision: string): string {
  const all = [...(history ? history.split(',') : []), revision];
  while (all.join(',').length > longestHistory) all.shift();
  return all.join(',');
}

export function sizeAnnotations(known: Annotations, size: { desired: number; maximum: number }): Annotations {
  return { ...known, [desiredAnnotation]: String(size.desired), [maximumAnnotation]: String(size.maximum) };
}

/** For which size of the deployment the replica set was sized; undefined if it does not say. */
export function desiredOf({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations?.[desiredAnnotation]);
}

export function maximumOf({ metadata }: ReplicaSet): number | undefined {
  return numberIn(metadata.annotations?.[maximumAnnotation]);
}

/** The old replica sets that the history has no room for, of those that have no pods any more. */
export function beyondHistory({ spec }: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = spec.revisionHistoryLimit ?? keepsAll;
  if (limit === keepsAll) return [];
  const kept = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  const oldestFirst = kept.sort((a, b) => Number(revisionOf(a) - revisionOf(b)));
  return oldestFirst.slice(0, Math.max(0, kept.length - limit)).filter(isEmpty);
}

function isEmpty({ metadata, spec, status }: ReplicaSet): boolean {
  const isSeen = (metadata.generation ?? 0) <= (status.observedGeneration ?? 0);
  return isSeen && status.replicas === 0 && spec.replicas === 0;
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
