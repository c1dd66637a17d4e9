// Owns the answer to "where would these pods go?". Nothing is changed by asking.
import type { Node, Pod, Service } from '@berth/objects';
import { type Choice, Pipeline } from './pipeline.ts';
import { Snapshot } from './snapshot.ts';

/** A snapshot of objects that were read elsewhere, such as from the dashboard's informers. */
export function snapshotOf(objects: {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
}): Snapshot {
  const snapshot = new Snapshot();
  for (const service of objects.services) snapshot.setService(service);
  for (const node of objects.nodes) snapshot.setNode(node);
  for (const pod of objects.pods) if (occupies(pod)) snapshot.setPod(pod, pod.spec.nodeName ?? '');
  return snapshot;
}

/** Whether the pod takes anything of a node. */
export function occupies({ spec, status }: Pod): boolean {
  return Boolean(spec.nodeName) && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}

/** Where `count` clones of the pod would go, one after the other; each choice takes those before it into account. */
export function preview(snapshot: Snapshot, pod: Pod, count: number): Choice[] {
  const pipeline = new Pipeline(snapshot);
  const placed: string[] = [];
  try {
    return Array.from({ length: count }, (_, index) => {
      const uid = `preview ${index}`;
      const clone = { ...pod, metadata: { ...pod.metadata, uid } };
      const choice = pipeline.choose(clone);
      if (choice.node !== undefined) {
        placed.push(uid);
        snapshot.assume(clone, choice.node);
      }
      return choice;
    });
  } finally {
    for (const uid of placed) snapshot.remove(uid);
  }
}
