// Owns the config map `kube-root-ca.crt` of each namespace, by which its pods know the API server.
import type { Component } from '@berth/host';
import { configMaps, isReason } from '@berth/objects';
import { createLoop, observeAll } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { isNamespaceTerminating } from '../writes.ts';

const name = 'kube-root-ca.crt';
const annotations = {
  'kubernetes.io/description':
    'The certificates by which a pod verifies the API server. Not meant for the verification of anything else.',
};

/** `certificate`: PEM. What somebody else wrote into the config map is put right. */
export function createRootCaLoop(context: ControllerContext, certificate: string): Component {
  const { client, clock, informers, log, random } = context;
  const data = { 'ca.crt': certificate };
  return createLoop({
    name: 'root-ca',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 4,
    observe(keys) {
      return [
        observeAll(informers.namespaces, keys),
        informers.configMaps.onChange((changes) => {
          for (const { previous, next } of changes) {
            const { metadata } = (next ?? previous)!;
            if (metadata.name === name) keys.add(metadata.namespace ?? '');
          }
        }),
      ];
    },
    async reconcile(namespace) {
      const known = informers.namespaces.get(namespace);
      if (!known || known.metadata.deletionTimestamp) return undefined;
      const found = informers.configMaps.get(`${namespace}/${name}`);
      if (found?.data?.['ca.crt'] === certificate && Object.keys(found.data).length === 1) return undefined;
      try {
        if (found) await client.update(configMaps, { ...found, data });
        else await client.create(configMaps, { metadata: { name, namespace, annotations }, data }, { namespace });
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
