// Owns the in-process transport: calls the API server's operations as one user. No sockets, no re-encoding; the
// objects that come out are the cache's own, frozen.
import { type Api, pods, serviceAccounts, type UserInfo, type WriteOptions } from '@berth/objects';
import type { Client } from './interfaces.ts';
import { answeringScale, answeringToken, bindingOf, nameOf, tokenRequestOf } from './requests.ts';

/** `manager`: as what it manages the fields that it writes; its user's name if left out. */
export function inProcessClient(api: Api, user: UserInfo, manager?: string): Client {
  const writing = <O extends WriteOptions>(options: O | undefined): O | WriteOptions | undefined =>
    manager === undefined ? options : { fieldManager: manager, ...options };
  return {
    discover: () => api.discover(user),
    get: (resource, name) => api.get(user, resource, name),
    list: (resource, options = {}) => api.list(user, resource, options),
    watch: (resource, options) => api.watch(user, resource, options),
    create: (resource, object, options) =>
      api.create(
        user,
        resource,
        { namespace: options?.namespace ?? object.metadata.namespace },
        object,
        writing(options),
      ),
    update: (resource, object, { subresource, ...options } = {}) =>
      api.update(user, resource, { ...nameOf(object), subresource }, object, writing(options)),
    updateStatus: (resource, object, options) =>
      api.update(user, resource, { ...nameOf(object), subresource: 'status' }, object, writing(options)),
    patch: (resource, target, patch, options) => api.patch(user, resource, target, patch, writing(options)),
    delete: (resource, target, options) => api.delete(user, resource, target, options),
    getScale: (resource, target) => api.get(user, answeringScale(resource), { ...target, subresource: 'scale' }),
    updateScale: (resource, target, scale) =>
      api.update(user, answeringScale(resource), { ...target, subresource: 'scale' }, scale),
    async bind(pod, node) {
      const target = { namespace: pod.namespace, name: pod.name, subresource: 'binding' };
      await api.create(user, pods, target, bindingOf(pod, node));
    },
    requestToken: (account, spec) =>
      api.create(
        user,
        answeringToken(serviceAccounts),
        { ...account, subresource: 'token' },
        tokenRequestOf(account, spec),
      ),
    log: (pod, options, signal) => api.log(user, pod, options, signal),
    exec: (pod, options, signal) => api.exec(user, pod, options, signal),
    attach: (pod, options, signal) => api.attach(user, pod, options, signal),
    portForward: (pod, signal) => api.portForward(user, pod, {}, signal),
  };
}
