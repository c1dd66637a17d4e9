// Owns what every cluster has from its beginning: the system's namespaces and priority classes, and the default roles.
import { type Api, namespaces, priorityClasses, systemPriorityClasses } from '@berth/objects';
import { ensureDefaultRoles } from '../rbac/ensure-defaults.ts';
import { ensure, serverUser } from './ensure.ts';

const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Makes what is missing; what is there stays as it is. */
export async function bootstrap(api: Api): Promise<void> {
  await Promise.all(systemNamespaces.map((name) => ensure(api, namespaces, { metadata: { name }, spec: {} })));
  await Promise.all(systemPriorityClasses.map((one) => ensure(api, priorityClasses, one)));
  await ensureDefaultRoles(api, serverUser);
}
