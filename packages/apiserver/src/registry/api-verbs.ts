// Owns the verbs of the API as the core offers them: each finds the part that does it, and is done again where the
// definition of its kind was replaced under it.
import type { Api } from '@berth/objects';
import { KindReplacedError } from '../watch-cache/watch-cache.ts';
import type { Operations } from './operations.ts';
import type { PodConnections } from './pod-connections.ts';

/** As a plain object, so that a wrapper may spread it and replace one verb. */
export function apiOf(operations: Operations, connections: PodConnections): Api {
  return {
    get: (user, resource, target) => steady(() => operations.get(user, resource, target)),
    list: (user, resource, options) => steady(() => operations.list(user, resource, options)),
    watch: (user, resource, options) => operations.watch(user, resource, options),
    create: (user, resource, target, body, options) =>
      steady(() => operations.create(user, resource, target, body, options)),
    update: (user, resource, target, body, options) =>
      steady(() => operations.update(user, resource, target, body, options)),
    patch: (user, resource, target, patch, options) =>
      steady(() => operations.patch(user, resource, target, patch, options)),
    delete: (user, resource, target, options) => steady(() => operations.delete(user, resource, target, options)),
    deleteCollection: (user, resource, selection, options) =>
      steady(() => operations.deleteCollection(user, resource, selection, options)),
    log: (user, pod, options, signal) => connections.log(user, pod, options, signal),
    exec: (user, pod, options, signal) => connections.exec(user, pod, options, signal),
    attach: (user, pod, options, signal) => connections.attach(user, pod, options, signal),
    discover: (user) => operations.discover(user),
    portForward: (user, pod, options, signal) => connections.portForward(user, pod, options, signal),
  };
}

/** Begins again when the kind was replaced meanwhile: what was decided on its old definition has not been written. */
function steady<T>(run: () => Promise<T>): Promise<T> {
  return run().catch((error: unknown) => {
    if (error instanceof KindReplacedError) return steady(run);
    throw error;
  });
}
