// Owns the admission of what opens a connection, such as an exec: its options are looked at, and cannot be changed.
import type { Notices, ObjectName, Resource, UserInfo } from '@berth/objects';
import type { AdmissionChain } from './chain.ts';

export interface Connect {
  readonly resource: Resource;
  readonly subresource: string;
  /** Such as `PodExecOptions`. */
  readonly kind: string;
  readonly target: ObjectName;
  /** As they stand in the URL, and who is to be told. */
  readonly options: object & Notices;
}

/** Throws StatusError if somebody refuses. */
export type AdmitConnect = (user: UserInfo, connect: Connect) => Promise<void>;

export function connectAdmission(admission: AdmissionChain): AdmitConnect {
  return async (user, { resource, subresource, kind, target, options }) => {
    const { namespace, name } = target;
    const { onWarning, onAuditAnnotation, ...asked } = options;
    const object = { kind, apiVersion: 'v1', ...asked };
    const sentKind = { group: '', version: 'v1', kind };
    const request = admission.begin({
      user,
      operation: 'CONNECT',
      resource,
      subresource,
      namespace,
      name,
      dryRun: false,
      draft: undefined,
      old: undefined,
      notices: { onWarning, onAuditAnnotation },
      sent: { kind: sentKind, object: () => object, old: () => undefined },
    });
    try {
      await request.admit();
      await request.validate();
    } finally {
      request.settle(false);
    }
  };
}
