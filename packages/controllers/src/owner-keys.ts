// Owns whose turn it is when an object changes that is owned, or could be.
import type { Change, Informer } from '@berth/informers';
import { type KubeObject, objectKey, type Resource, type Selector } from '@berth/objects';
import type { Keys } from '@berth/reconcile';
import { controllerOf } from './pod-state.ts';

/** The objects of one kind that own others. */
export interface Owners<O extends KubeObject> {
  readonly resource: Resource<O>;
  readonly informer: Informer<O>;
  /** Which objects are its own. */
  selectorOf(owner: O): Selector | undefined;
}

/** The turn of who controls the object, before or now, or of all who could adopt it. */
export function enqueueOwners<O extends KubeObject>(
  { previous, next }: Change<KubeObject>,
  { resource, informer, selectorOf }: Owners<O>,
  keys: Keys,
): void {
  for (const object of [previous, next]) {
    if (!object) continue;
    const { namespace, labels } = object.metadata;
    const controller = controllerOf(object);
    if (controller) {
      if (controller.kind === resource.kind) keys.add(`${namespace}/${controller.name}`);
      continue;
    }
    for (const owner of informer.list(namespace)) if (selectorOf(owner)?.matches(labels)) keys.add(objectKey(owner));
  }
}
