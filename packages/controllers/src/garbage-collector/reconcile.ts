// Owns the garbage collector's loop over all objects that own others or are owned.
import type { Writer } from '@berth/client';
import type { Component } from '@berth/host';
import { type KubeObject, objectKey } from '@berth/objects';
import { createLoop, type Keys } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { type Action, decide, foregroundFinalizer, orphanFinalizer, referenceTo } from './decide.ts';
import { isOfKind, nodeKey, type OwnerGraph } from './graph.ts';
import type { Member } from './members.ts';

type Place = { readonly member: Member; readonly object: KubeObject };

export function createGarbageCollectorLoop(
  context: Pick<ControllerContext, 'client' | 'clock' | 'log' | 'metrics' | 'random'>,
  graph: OwnerGraph,
): Component {
  const { client, clock, log, random } = context;
  return createLoop({
    name: 'garbage-collector',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 64,
    observe(keys) {
      const subscriptions = new Map<Member, () => void>();
      const follow = (member: Member) => {
        for (const object of member.informer.list())
          if (isConcerned(object)) keys.add(nodeKey(member, objectKey(object)));
        subscriptions.set(member, followed(graph, member, keys));
      };
      const unfollow = (member: Member) => {
        subscriptions.get(member)?.();
        subscriptions.delete(member);
      };
      for (const member of graph.members) follow(member);
      const end = graph.members.onChange({
        joined(member) {
          follow(member);
          enqueueOwned(graph, member, keys);
        },
        left: unfollow,
      });
      return [end, () => [...subscriptions.keys()].forEach(unfollow)];
    },
    async reconcile(key) {
      const place = graph.find(key);
      if (!place) return undefined;
      const { object } = place;
      const owners = await Promise.all(
        (object.metadata.ownerReferences ?? []).map((owner) => graph.stateOf(object, owner)),
      );
      const dependents = graph.dependentsOf(object.metadata.uid);
      await carryOut(client, place, {
        action: decide(
          object,
          owners,
          dependents.map((dependent) => dependent.object),
        ),
        dependents,
      });
      return undefined;
    },
  });
}

/** Adds what each change of a member's objects concerns. Returns the function that ends it. */
function followed(graph: OwnerGraph, member: Member, keys: Keys): () => void {
  return member.informer.onChange((changes) => {
    for (const { key, previous, next } of changes) {
      if (next && isConcerned(next)) keys.add(nodeKey(member, key));
      if (next && !isBeingWaitedOut(next)) continue;
      enqueueDependents(graph, next ?? previous, { isGone: !next, keys });
      if (!next && previous) enqueueOwners(graph, previous, keys);
    }
  });
}

/** Whether there may be something to do about the object itself. */
function isConcerned({ metadata }: KubeObject): boolean {
  return (metadata.ownerReferences?.length ?? 0) > 0 || isBeingWaitedOut({ metadata });
}

/** It is being deleted, and waits for what becomes of its dependents. */
function isBeingWaitedOut({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  if (!metadata.deletionTimestamp) return false;
  return [orphanFinalizer, foregroundFinalizer].some((finalizer) => metadata.finalizers?.includes(finalizer));
}

function enqueueDependents(
  graph: OwnerGraph,
  owner: KubeObject | undefined,
  { isGone, keys }: { readonly isGone: boolean; readonly keys: Keys },
): void {
  if (!owner) return;
  const { uid } = owner.metadata;
  const dependents = graph.dependentsOf(uid);
  if (isGone && dependents.length > 0) graph.noteGone(uid);
  for (const { member, object } of dependents) keys.add(nodeKey(member, objectKey(object)));
}

/** Adds what objects of a member own or have owned: until it joined, nobody could tell whether they were there. */
function enqueueOwned(graph: OwnerGraph, owners: Member, keys: Keys): void {
  for (const member of graph.members)
    for (const object of member.informer.list())
      if (object.metadata.ownerReferences?.some((owner) => isOfKind(owner, owners)))
        keys.add(nodeKey(member, objectKey(object)));
}

/** An owner may have waited for this one to go. */
function enqueueOwners(graph: OwnerGraph, object: KubeObject, keys: Keys): void {
  for (const owner of object.metadata.ownerReferences ?? []) {
    const place = graph.ownerOf(object, owner);
    if (place) keys.add(nodeKey(place.member, place.key));
  }
}

async function carryOut(
  client: Writer,
  place: Place,
  { action, dependents }: { readonly action: Action; readonly dependents: readonly Place[] },
): Promise<void> {
  const { uid } = place.object.metadata;
  switch (action.type) {
    case 'none':
      return;
    case 'drop references':
      return dropReferences(client, place, action.uids);
    case 'delete':
      return remove(client, place, action.propagationPolicy);
    case 'remove finalizer':
      return removeFinalizer(client, place, action.finalizer);
    case 'orphan dependents':
      await Promise.all(dependents.map((dependent) => dropReferences(client, dependent, [uid])));
      return removeFinalizer(client, place, orphanFinalizer);
    case 'delete dependents': {
      const blocking = dependents.filter(({ object }) => referenceTo(object, uid)?.blockOwnerDeletion === true);
      const fresh = blocking.filter(({ object }) => !object.metadata.deletionTimestamp);
      await Promise.all(fresh.map((dependent) => removeOrLetGo(client, dependent, uid)));
    }
  }
}

/** A dependent that has other owners stays with them. */
function removeOrLetGo(client: Writer, dependent: Place, ownerUid: string): Promise<void> {
  const owners = dependent.object.metadata.ownerReferences ?? [];
  return owners.length > 1 ? dropReferences(client, dependent, [ownerUid]) : remove(client, dependent, 'Background');
}

async function dropReferences(client: Writer, { member, object }: Place, uids: readonly string[]): Promise<void> {
  const { name, namespace, resourceVersion, ownerReferences = [] } = object.metadata;
  const kept = ownerReferences.filter(({ uid }) => !uids.includes(uid));
  await patch(client, member, { name, namespace, body: { metadata: { resourceVersion, ownerReferences: kept } } });
}

async function removeFinalizer(client: Writer, { member, object }: Place, finalizer: string): Promise<void> {
  const { name, namespace, resourceVersion, finalizers = [] } = object.metadata;
  const kept = finalizers.filter((one) => one !== finalizer);
  await patch(client, member, { name, namespace, body: { metadata: { resourceVersion, finalizers: kept } } });
}

async function patch(
  client: Writer,
  { resource }: Member,
  { name, namespace, body }: { readonly name: string; readonly namespace?: string; readonly body: object },
): Promise<void> {
  await unlessGone(client.patch(resource, { name, namespace }, { type: 'application/merge-patch+json', body }));
}

async function remove(
  client: Writer,
  { member, object }: Place,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
): Promise<void> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  // The version, as an owner may have been added since.
  const preconditions = { uid, resourceVersion };
  await unlessGone(client.delete(member.resource, { name, namespace }, { preconditions, propagationPolicy }));
}
