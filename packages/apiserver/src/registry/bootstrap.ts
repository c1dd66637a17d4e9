// Owns what every cluster has from its beginning: the system's namespaces, the service by which pods reach the API, the
// system's priority classes and the default roles.
import {
  type Api,
  type Endpoints,
  endpoints,
  isReason,
  type KubeObject,
  type New,
  namespaces,
  type ObjectName,
  priorityClasses,
  type Resource,
  services,
  systemPriorityClasses,
  type UserInfo,
} from '@berth/objects';
import { ensureDefaultRoles } from '../rbac/ensure-defaults.ts';
import { sameJson } from './equality.ts';

/** The API server acting for itself. */
const serverUser: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };

const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const target = { namespace: 'default', name: 'kubernetes' };

export interface BootstrapOptions {
  /** The cluster address of the `kubernetes` service. */
  readonly serviceAddress: string;
  /** Where the nodes reach this API server; undefined: the service has no endpoints. */
  readonly advertise: { readonly address: string; readonly port: number } | undefined;
}

/** Makes what is missing; what is there stays as it is, but for the endpoints, which follow `advertise`. */
export async function bootstrap(api: Api, { serviceAddress, advertise }: BootstrapOptions): Promise<void> {
  await Promise.all(systemNamespaces.map((name) => ensure(api, namespaces, { metadata: { name }, spec: {} })));
  await Promise.all(systemPriorityClasses.map((one) => ensure(api, priorityClasses, one)));
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  await ensure(api, services, {
    metadata: { ...target, labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: advertise?.port ?? 443 }],
    },
  });
  if (advertise) await ensureEndpoints(api, advertise);
  await ensureDefaultRoles(api, serverUser);
}

async function ensure<T extends KubeObject>(api: Api, resource: Resource<T>, object: New<T>): Promise<void> {
  const name = { namespace: object.metadata.namespace, name: object.metadata.name! };
  if (await exists(api, resource, name)) return;
  try {
    await api.create(serverUser, resource, { namespace: name.namespace }, object);
  } catch (error) {
    // Another server of the same store may have been faster.
    if (!(await exists(api, resource, name))) throw error;
  }
}

async function exists(api: Api, resource: Resource<KubeObject>, name: ObjectName): Promise<boolean> {
  try {
    await api.get(serverUser, resource, name);
    return true;
  } catch (error) {
    if (isReason(error, 'NotFound')) return false;
    throw error;
  }
}

async function ensureEndpoints(api: Api, { address, port }: { address: string; port: number }): Promise<void> {
  const subsets: Endpoints['subsets'] = [
    { addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] },
  ];
  try {
    await ensure(api, endpoints, { metadata: target, subsets });
    const current = await api.get(serverUser, endpoints, target);
    if (sameJson(current.subsets, subsets)) return;
    await api.update(serverUser, endpoints, target, { ...current, subsets });
  } catch (error) {
    // Another server of the same cluster was faster; its endpoints serve as well.
    if (!isReason(error, 'Conflict')) throw error;
  }
}
