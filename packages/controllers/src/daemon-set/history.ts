// Owns the history of a daemon set: which revision its template is, what has to be written so that it is the latest one,
// and which old revisions are no longer needed. Pure. Source: Kubernetes, "Perform a Rollback on a DaemonSet".
import { isDeepStrictEqual } from 'node:util';
import type { Container, ControllerRevision, DaemonSet, New, Pod } from '@berth/objects';
import { controllerReference } from '../ownership.ts';
import { orderedJson, templateHash } from '../pod-template.ts';

/** Tells pods and revisions of one template from those of others. */
export const revisionLabel = 'controller-revision-hash';

export interface History {
  /** The revision of the template as it is now. */
  readonly current: ControllerRevision | undefined;
  readonly old: readonly ControllerRevision[];
  /** The number by which the current one is the latest. */
  readonly latest: number;
}

/** `revisions`: all that the daemon set owns. */
export function historyOf(daemonSet: DaemonSet, revisions: readonly ControllerRevision[]): History {
  const byNumber = [...revisions].sort(inOrder);
  const current = byNumber.filter((revision) => isOfTemplate(revision, daemonSet)).at(-1);
  const old = byNumber.filter((revision) => revision !== current);
  return { current, old, latest: (old.at(-1)?.revision ?? 0) + 1 };
}

function inOrder(a: ControllerRevision, b: ControllerRevision): number {
  return a.revision - b.revision || (a.metadata.name < b.metadata.name ? -1 : 1);
}

export function isOfTemplate({ data }: ControllerRevision, daemonSet: DaemonSet): boolean {
  return isDeepStrictEqual(data, patchTo(daemonSet));
}

/**
 * The strategic merge patch that brings the template back: what clients undo a rollout with. kubectl knows by these very
 * bytes whether a revision is the template as it is, hence the order of the fields, and those that say nothing: they are
 * what its own encoder writes.
 */
function patchTo({ spec: { template } }: DaemonSet): object {
  const { metadata, spec } = template;
  const whole = {
    $patch: 'replace',
    metadata: { creationTimestamp: null, ...metadata },
    spec: spec && {
      ...spec,
      containers: spec.containers.map(withResources),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(withResources) } : {}),
    },
  };
  return JSON.parse(orderedJson({ spec: { template: whole } })) as object;
}

function withResources(container: Container): Container {
  return { resources: {}, ...container };
}

/** A revision of the template as it is now. */
export function revisionFor(daemonSet: DaemonSet, latest: number): New<ControllerRevision> {
  const { name, namespace, annotations } = daemonSet.metadata;
  const { template } = daemonSet.spec;
  const hash = templateHash(template, daemonSet.status.collisionCount ?? 0);
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [revisionLabel]: hash },
      annotations,
      ownerReferences: [controllerReference(daemonSet)],
    },
    data: patchTo(daemonSet),
    revision: latest,
  };
}

/** By which label its pods are known. */
export function hashOf({ metadata }: ControllerRevision): string {
  return metadata.labels?.[revisionLabel] ?? metadata.name;
}

/** The oldest revisions beyond what is kept, but none of which there still are pods. */
export function beyondLimit(
  { spec: { revisionHistoryLimit = 10 } }: DaemonSet,
  { old }: Pick<History, 'old'>,
  pods: readonly Pod[],
): readonly ControllerRevision[] {
  const surplus = old.length - revisionHistoryLimit;
  if (surplus <= 0) return [];
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[revisionLabel]));
  return old.filter((revision) => !live.has(hashOf(revision))).slice(0, surplus);
}
