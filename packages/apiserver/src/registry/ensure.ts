// Owns the making of objects that must be there, by the API server itself.
import {
  type Api,
  isReason,
  type KubeObject,
  type New,
  type ObjectName,
  type Resource,
  type UserInfo,
} from '@berth/objects';

/** The API server acting for itself. */
export const serverUser: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };

/** Creates the object if there is none of its name; one that is there stays as it is. */
export async function ensure<T extends KubeObject>(api: Api, resource: Resource<T>, object: New<T>): Promise<void> {
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
