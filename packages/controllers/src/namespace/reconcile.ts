// Owns the end of a namespace: deletes all that is in it, says what is left, and lets it go when nothing is.
import { isDeepStrictEqual } from 'node:util';
import { type Component, timestamp } from '@berth/host';
import {
  type DiscoveredResource,
  type KubeObject,
  type Namespace,
  namespaces,
  qualifiedName,
  type Resource,
} from '@berth/objects';
import { createLoop, type Requeue } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { isEmpty, type Remains, statusOf } from './decide.ts';

const finalizer = 'kubernetes';
const againMs = 1_000;

export function createNamespaceLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  return createLoop({
    name: 'namespace',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 4,
    observe(keys) {
      for (const { metadata } of informers.namespaces.list()) keys.add(metadata.name);
      return [
        informers.namespaces.onChange((changes) => {
          for (const { key, next } of changes) if (next?.metadata.deletionTimestamp) keys.add(key);
        }),
        informers.pods.onChange((changes) => {
          // Pods are what namespaces wait for: the last one to go lets the namespace go.
          for (const { previous, next } of changes) {
            const { namespace = '' } = previous?.metadata ?? {};
            if (!next && informers.namespaces.get(namespace)?.metadata.deletionTimestamp) keys.addAfter(namespace, 50);
          }
        }),
      ];
    },
    reconcile: (name) => reconcile(context, name),
  });
}

async function reconcile(context: ControllerContext, name: string): Promise<Requeue | undefined> {
  const { client, clock, informers } = context;
  const namespace = informers.namespaces.get(name);
  if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.includes(finalizer)) return undefined;
  const resources = (await client.discover()).filter(canBeEmptied);
  const remains = await empty(context, resources, name);
  if (isEmpty(remains)) {
    const finalizers = namespace.spec.finalizers.filter((one) => one !== finalizer);
    await unlessGone(
      client.update(namespaces, { ...namespace, spec: { ...namespace.spec, finalizers } }, { subresource: 'finalize' }),
    );
    return undefined;
  }
  await report(context, namespace, statusOf(namespace, remains, timestamp(clock)));
  return { requeueAfterMs: againMs };
}

function canBeEmptied({ namespaced, verbs }: DiscoveredResource): boolean {
  return namespaced && verbs.includes('list') && verbs.includes('delete');
}

async function report({ client }: ControllerContext, namespace: Namespace, status: Namespace['status']): Promise<void> {
  if (isDeepStrictEqual(status, namespace.status)) return;
  await unlessGone(client.updateStatus(namespaces, { ...namespace, status }));
}

/** Deletes what is not being deleted yet, and tells what is left. */
async function empty(
  { client }: ControllerContext,
  resources: readonly Resource[],
  namespace: string,
): Promise<Remains> {
  const objects = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const failures: string[] = [];

  async function deleteOne(resource: Resource, { metadata }: KubeObject): Promise<void> {
    const { name, uid } = metadata;
    const options = { preconditions: { uid }, propagationPolicy: 'Background' } as const;
    await unlessGone(client.delete(resource, { name, namespace }, options));
  }

  async function emptyOf(resource: Resource): Promise<void> {
    const { items } = await client.list(resource, { namespace });
    const fresh = items.filter(({ metadata }) => !metadata.deletionTimestamp);
    await Promise.all(fresh.map((object) => deleteOne(resource, object)));
    const left = fresh.length > 0 ? (await client.list(resource, { namespace })).items : items;
    if (left.length > 0) objects.set(qualifiedName(resource), left.length);
    for (const { metadata } of left)
      for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
  }

  await Promise.all(
    resources.map((resource) =>
      emptyOf(resource).catch((error: unknown) => {
        failures.push(`${qualifiedName(resource)}: ${error instanceof Error ? error.message : String(error)}`);
      }),
    ),
  );
  return { objects, finalizers, failures };
}
