// Owns the loop that removes bootstrap tokens once they have ended.
import type { Component } from '@berth/host';
import { bootstrapTokenOf, secrets } from '@berth/objects';
import { createLoop } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';

export function createTokenCleanerLoop(context: ControllerContext): Component {
  const { client, clock, informers, log, random } = context;
  return createLoop({
    name: 'token-cleaner',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 1,
    observe(keys) {
      for (const secret of informers.secrets.list())
        if (bootstrapTokenOf(secret)) keys.add(`${secret.metadata.namespace}/${secret.metadata.name}`);
      return [
        informers.secrets.onChange((changes) => {
          for (const { key, next } of changes) if (next && bootstrapTokenOf(next)) keys.add(key);
        }),
      ];
    },
    async reconcile(key) {
      const secret = informers.secrets.get(key);
      const expiresAt = secret && bootstrapTokenOf(secret)?.expiresAt;
      if (!secret || expiresAt === undefined) return undefined;
      const left = expiresAt - clock.now();
      if (left > 0) return { requeueAfterMs: left };
      const { namespace, name, uid } = secret.metadata;
      await unlessGone(client.delete(secrets, { namespace, name }, { preconditions: { uid } }));
      return undefined;
    },
  });
}
