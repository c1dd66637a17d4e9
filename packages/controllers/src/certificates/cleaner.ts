// Owns the loop that removes certificate signing requests once nobody needs them any more.
import type { Component } from '@berth/host';
import { certificateSigningRequests } from '@berth/objects';
import { createLoop, observeAll } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { endOf } from './cleaning.ts';

export function createCertificateCleanerLoop(context: ControllerContext): Component {
  const { client, clock, informers, log, random } = context;
  return createLoop({
    name: 'certificate-cleaner',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 1,
    observe: (keys) => [observeAll(informers.certificateSigningRequests, keys)],
    async reconcile(name) {
      const request = informers.certificateSigningRequests.get(name);
      const end = request && endOf(request);
      if (!request || end === undefined) return undefined;
      const left = end - clock.now();
      if (left > 0) return { requeueAfterMs: left };
      const preconditions = { uid: request.metadata.uid };
      await unlessGone(client.delete(certificateSigningRequests, { name }, { preconditions }));
      return undefined;
    },
  });
}
