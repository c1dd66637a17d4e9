// Owns the loop of CustomResourceDefinitions: accepts their names, so that their kinds are served, and deletes the objects
// of those that go.
import { isDeepStrictEqual } from 'node:util';
import { type Component, timestamp } from '@berth/host';
import {
  type CustomResourceDefinition,
  customKinds,
  customResourceCleanup,
  customResourceDefinitions,
  hasAcceptedNames,
  kinds,
  type Resource,
} from '@berth/objects';
import { createLoop, observeAll, type Requeue } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { namedStatus, type TakenNames, terminatingStatus } from './decide.ts';

const againMs = 500;

export function createCustomResourceDefinitionLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  const definitions = informers.customResourceDefinitions;
  return createLoop({
    name: 'custom-resource-definition',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 2,
    observe(keys) {
      return [
        observeAll(definitions, keys),
        definitions.onChange((changes) => {
          for (const { previous, next } of changes) {
            // Names that it had may be what another one of the group waits for.
            const { group } = (next ?? previous)!.spec;
            for (const { metadata, spec } of definitions.list()) if (spec.group === group) keys.add(metadata.name);
          }
        }),
      ];
    },
    reconcile: (name) => reconcile(context, name),
  });
}

async function reconcile(context: ControllerContext, name: string): Promise<Requeue | undefined> {
  const { client, clock, informers } = context;
  const definition = informers.customResourceDefinitions.get(name);
  if (!definition) return undefined;
  if (definition.metadata.deletionTimestamp) return end(context, definition);
  const taken = takenBy(definition, informers.customResourceDefinitions.list());
  await writeStatus(client, definition, namedStatus(definition, taken, timestamp(clock)));
  return undefined;
}

async function writeStatus(
  client: ControllerContext['client'],
  definition: CustomResourceDefinition,
  status: CustomResourceDefinition['status'],
): Promise<void> {
  if (isDeepStrictEqual(status, definition.status)) return;
  await unlessGone(client.updateStatus(customResourceDefinitions, { ...definition, status }));
}

/** By built-in kinds of the same group, and by other definitions. */
function takenBy({ metadata, spec }: CustomResourceDefinition, all: readonly CustomResourceDefinition[]): TakenNames {
  const resources = new Set<string>();
  const kindNames = new Set<string>();
  for (const { resource } of kinds) {
    if (resource.group !== spec.group) continue;
    for (const name of [resource.plural, resource.singular, ...resource.shortNames]) resources.add(name);
    kindNames.add(resource.kind).add(`${resource.kind}List`);
  }
  for (const other of all) {
    const names = other.status.acceptedNames;
    if (other.spec.group !== spec.group || other.metadata.name === metadata.name || !names) continue;
    for (const name of [names.plural, names.singular, ...(names.shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [names.kind, names.listKind]) if (name) kindNames.add(name);
  }
  return { resources, kinds: kindNames };
}

/** Lets the definition go once none of its objects is left. */
async function end(context: ControllerContext, definition: CustomResourceDefinition): Promise<Requeue | undefined> {
  const { client, clock } = context;
  const { finalizers = [] } = definition.metadata;
  if (!finalizers.includes(customResourceCleanup)) return undefined;
  const left = hasAcceptedNames(definition)
    ? await deleteObjects(context, customKinds(definition).storage.resource)
    : none;
  if (left.remaining > 0 || left.problem !== undefined) {
    await writeStatus(client, definition, terminatingStatus(definition, left, timestamp(clock)));
    return { requeueAfterMs: againMs };
  }
  const others = finalizers.filter((finalizer) => finalizer !== customResourceCleanup);
  const metadata = { ...definition.metadata, finalizers: others };
  await unlessGone(client.update(customResourceDefinitions, { ...definition, metadata }));
  return undefined;
}

interface Remains {
  readonly remaining: number;
  readonly problem?: string;
}

const none: Remains = { remaining: 0 };

/** Deletes what is not being deleted yet, and tells what is left. */
async function deleteObjects({ client, log }: ControllerContext, resource: Resource): Promise<Remains> {
  try {
    const { items } = await client.list(resource);
    const fresh = items.filter(({ metadata }) => !metadata.deletionTimestamp);
    await Promise.all(
      fresh.map(({ metadata: { name, namespace, uid } }) =>
        unlessGone(client.delete(resource, { name, namespace }, { preconditions: { uid } })),
      ),
    );
    return { remaining: fresh.length > 0 ? (await client.list(resource)).items.length : items.length };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    log.warn({ resource: resource.plural, problem }, 'the objects of a definition could not be deleted');
    return { remaining: 0, problem };
  }
}
