// Owns server-side apply as a write: to the object as it is, or by creating it. What the configuration makes of the
// object and of its managers is computed in @berth/objects.
import { type Clock, timestamp } from '@berth/host';
import {
  type Draft,
  isReason,
  type Kind,
  type KubeObject,
  type ObjectName,
  StatusError,
  serverSideApply,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import { checkTarget } from './strategy.ts';
import { reportWarnings, type Writes } from './writes.ts';

export interface ApplyWrite<T extends KubeObject> {
  readonly user: UserInfo;
  readonly kind: Kind<T>;
  readonly target: ObjectName & { readonly subresource?: string };
  /** As its body was parsed. */
  readonly configuration: unknown;
  readonly options: WriteOptions;
  readonly clock: Clock;
  /** Throws Forbidden if the user may not create the object, which is asked only where there is none. */
  checkCreate(): void;
}

export async function writeApplied<T extends KubeObject>(writes: Writes, request: ApplyWrite<T>): Promise<T> {
  const { user, kind, target, options } = request;
  const { subresource, namespace } = target;
  if (subresource !== undefined && subresource !== 'status')
    throw new StatusError('MethodNotAllowed', `the subresource ${subresource} does not support apply`);
  const change = (old: T | undefined) => applied(request, old);
  for (;;) {
    try {
      const part = subresource ?? 'main';
      return await writes.update<T>({ user, kind, target, part, subresource, options, untracked: true, change });
    } catch (error) {
      if (!isReason(error, 'NotFound') || subresource !== undefined) throw error;
    }
    request.checkCreate();
    const draft = change(undefined);
    checkTarget(kind, draft, target);
    try {
      const created = await writes.insert(user, kind, { namespace, draft, options, untracked: true });
      options.onCreated?.();
      return created;
    } catch (error) {
      // Somebody else created it in between: then it is there to be applied to.
      if (!isReason(error, 'AlreadyExists')) throw error;
    }
  }
}

function applied<T extends KubeObject>(request: ApplyWrite<T>, old: T | undefined): Draft<T> {
  const { kind, user, target, configuration, options, clock } = request;
  const made = serverSideApply(kind, old, {
    configuration,
    manager: options.fieldManager ?? user.name,
    subresource: target.subresource,
    force: options.force ?? false,
    time: timestamp(clock),
    decoding: options,
  });
  return reportWarnings(made, options);
}
