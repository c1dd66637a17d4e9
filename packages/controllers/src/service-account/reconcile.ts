// Owns the service account `default` of each namespace.
import type { Component } from '@berth/host';
import { isReason, serviceAccounts } from '@berth/objects';
import { createLoop, observeAll } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { isNamespaceTerminating } from '../writes.ts';

const name = 'default';

export function createServiceAccountLoop(context: ControllerContext): Component {
  const { client, clock, informers, log, random } = context;
  return createLoop({
    name: 'service-account',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 4,
    observe(keys) {
      return [
        observeAll(informers.namespaces, keys),
        informers.serviceAccounts.onChange((changes) => {
          for (const { previous, next } of changes)
            if (!next && previous?.metadata.name === name) keys.add(previous.metadata.namespace ?? '');
        }),
      ];
    },
    async reconcile(namespace) {
      const known = informers.namespaces.get(namespace);
      if (!known || known.metadata.deletionTimestamp) return undefined;
      if (informers.serviceAccounts.get(`${namespace}/${name}`)) return undefined;
      try {
        await client.create(serviceAccounts, { metadata: { name, namespace } }, { namespace });
      } catch (error) {
        // It is there, or the namespace is gone or going.
        const settled =
          isReason(error, 'AlreadyExists') || isReason(error, 'NotFound') || isNamespaceTerminating(error);
        if (!settled) throw error;
      }
      return undefined;
    },
  });
}
