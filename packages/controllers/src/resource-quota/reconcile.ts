// Owns the resource quota controller's loop: counts what a new limit bounds, and sets the books right when they drift.
import type { Discoverer } from '@berth/client';
import type { Component } from '@berth/host';
import {
  type Amounts,
  type CountedKind,
  isCounted,
  isReason,
  isStandardName,
  kinds,
  namesBoundBy,
  objectKey,
  qualifiedName,
  type Resource,
  type ResourceQuota,
  resourceQuotas,
  sameAmounts,
  sumOf,
  totalCharge,
} from '@berth/objects';
import { createLoop, type Requeue } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { type Difference, decide, settleMs } from './decide.ts';

/** How often what is booked is compared with what is there, when nothing else calls for it. */
const resyncMs = 300_000;

export function createResourceQuotaLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  const differences = new Map<string, Difference>();
  return createLoop({
    name: 'resourcequota',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 4,
    observe(keys) {
      differences.clear();
      for (const quota of informers.resourceQuotas.list()) keys.add(objectKey(quota));
      return [
        informers.resourceQuotas.onChange((changes) => {
          for (const { key, next } of changes) {
            if (!next) differences.delete(key);
            else if (isCurrent(next)) keys.addAfter(key, settleMs);
            else keys.add(key);
          }
        }),
      ];
    },
    async reconcile(key): Promise<Requeue | undefined> {
      const known = informers.resourceQuotas.get(key);
      if (!known || known.metadata.deletionTimestamp) return undefined;
      const quota = await current(context, known);
      if (!quota) return undefined;
      // Read after the quota: whatever was booked on it by then, and is stored, is seen.
      const counted = await count(context, quota);
      const before = differences.get(key);
      const { status, difference } = decide(quota, counted, { before, now: clock.monotonic() });
      if (difference) differences.set(key, difference);
      else differences.delete(key);
      if (status) await context.client.updateStatus(resourceQuotas, { ...quota, status });
      return { requeueAfterMs: difference ? settleMs : resyncMs };
    },
  });
}

/** Whether the status speaks of the limits that the spec sets. */
function isCurrent({ spec, status }: ResourceQuota): boolean {
  return sameAmounts(spec?.hard ?? {}, status?.hard ?? {});
}

async function current({ client }: ControllerContext, { metadata }: ResourceQuota): Promise<ResourceQuota | undefined> {
  try {
    return await client.get(resourceQuotas, metadata);
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** All that the quota bounds and that can be counted. */
async function count({ client, clock }: ControllerContext, quota: ResourceQuota): Promise<Amounts> {
  const { namespace } = quota.metadata;
  const names = Object.keys(quota.spec?.hard ?? {});
  let counted: Amounts = Object.fromEntries(names.filter(isStandardName).map((name) => [name, '0']));
  for (const kind of await countedKinds(client, names)) {
    const { items } = await client.list(kind.resource, { namespace });
    const none = Object.fromEntries(namesBoundBy(kind, names).map((name) => [name, '0']));
    counted = sumOf(sumOf(none, counted), totalCharge(kind, items, { quota, now: clock.now() }));
  }
  return counted;
}

/** The kinds whose objects are bounded by these names: built-in ones, and those that come and go. */
async function countedKinds(client: Discoverer, names: readonly string[]): Promise<readonly CountedKind[]> {
  const isBound = (kind: CountedKind) => isCounted(kind) && namesBoundBy(kind, names).length > 0;
  const builtIn = kinds.filter((kind) => !kind.view && isBound(kind));
  const known = new Set(builtIn.flatMap((kind) => namesBoundBy(kind, names)));
  if (names.every((name) => known.has(name) || isStandardName(name))) return builtIn;
  const isKnown = (resource: Resource) =>
    kinds.some((kind) => qualifiedName(kind.resource) === qualifiedName(resource));
  const others = (await client.discover()).filter((resource) => !isKnown(resource) && resource.verbs.includes('list'));
  return [...builtIn, ...others.map((resource) => ({ resource })).filter(isBound)];
}
