// Owns server-side apply as a write: to the object as it is, or by creating it. What the configuration makes of the
// object and of its managers is computed in @berth/objects.
import { type Clock, timestamp } from '@berth/host';
import {
  apiVersionOf,
  type Draft,
  decode,
  isReason,
  type Kind,
  type KubeObject,
  type ObjectName,
  StatusError,
  scaleDocument,
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

/** Resolves with the object as it was written, also where the configuration is a Scale. */
export async function writeApplied<T extends KubeObject>(writes: Writes, request: ApplyWrite<T>): Promise<T> {
  const { user, kind, target, options } = request;
  const { subresource, namespace } = target;
  if (subresource !== undefined && subresource !== 'status' && subresource !== 'scale')
    throw new StatusError('MethodNotAllowed', `the subresource ${subresource} does not support apply`);
  const configuration = subresource === 'scale' ? scaleConfiguration(request) : request.configuration;
  const change = (old: T | undefined) => applied({ ...request, configuration }, old);
  for (;;) {
    try {
      const part = subresource === 'status' ? 'status' : 'main';
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

/** What a Scale says of the object that it scales. Throws BadRequest. */
function scaleConfiguration<T extends KubeObject>({ kind, target, configuration, options }: ApplyWrite<T>): unknown {
  const { metadata, spec } = reportWarnings(decode(scaleDocument, configuration, options), options);
  const said = { spec: {} };
  kind.scale?.setReplicas(said as unknown as Draft<T>, spec.replicas ?? 0);
  const { resourceVersion, uid } = metadata;
  return {
    kind: kind.resource.kind,
    apiVersion: apiVersionOf(kind.resource),
    metadata: { name: target.name, ...(resourceVersion ? { resourceVersion } : {}), ...(uid ? { uid } : {}) },
    ...said,
  };
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
