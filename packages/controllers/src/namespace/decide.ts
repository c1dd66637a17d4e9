// Owns what a namespace that is being deleted says about what is left in it. Pure.
// Source: Kubernetes' namespace controller.
import type { Namespace, NamespaceCondition, NamespaceStatus } from '@berth/objects';

/** What is left in the namespace. */
export interface Remains {
  /** Qualified name of a resource, such as `pods` → how many objects. */
  readonly objects: ReadonlyMap<string, number>;
  /** Finalizer → how many objects wait for it. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** What could not be listed or deleted, and why. */
  readonly failures: readonly string[];
}

export function isEmpty({ objects, failures }: Remains): boolean {
  return objects.size === 0 && failures.length === 0;
}

export function statusOf({ status }: Namespace, remains: Remains, timestamp: string): NamespaceStatus {
  const { objects, finalizers, failures } = remains;
  const list = (counts: ReadonlyMap<string, number>, text: (name: string, count: number) => string) =>
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => text(name, count))
      .join(', ');
  const conditions = [
    condition('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    failures.length > 0
      ? condition(
          'NamespaceDeletionContentFailure',
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
          true,
        )
      : condition(
          'NamespaceDeletionContentFailure',
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ),
    objects.size > 0
      ? condition(
          'NamespaceContentRemaining',
          'SomeResourcesRemain',
          `Some resources are remaining: ${list(objects, (name, count) => `${name} has ${count} resource instances`)}`,
          true,
        )
      : condition('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'),
    finalizers.size > 0
      ? condition(
          'NamespaceFinalizersRemaining',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${list(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
          true,
        )
      : condition(
          'NamespaceFinalizersRemaining',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ];
  const own = new Set(conditions.map(({ type }) => type));
  const before = status.conditions ?? [];
  return {
    phase: 'Terminating',
    conditions: [
      ...before.filter(({ type }) => !own.has(type)),
      ...conditions.map((next) => {
        const known = before.find(({ type }) => type === next.type);
        const lastTransitionTime = known?.status === next.status ? known.lastTransitionTime : timestamp;
        return { ...next, lastTransitionTime };
      }),
    ],
  };
}

function condition(type: string, reason: string, message: string, failed = false): NamespaceCondition {
  return { type, status: failed ? 'True' : 'False', reason, message };
}
