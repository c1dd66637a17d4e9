// Owns what the API server itself says of a certificate signing request: who asks, and when its conditions changed; and
// that what it carries can be read. Source: Kubernetes API reference, CertificateSigningRequest.
import { type Clock, timestamp } from '@berth/host';
import {
  type CertificateSigningRequest,
  type CertificateSigningRequestCondition,
  certificateSigningRequests,
  type Draft,
  type FieldError,
  invalid,
  invalidError,
  type UserInfo,
} from '@berth/objects';
import { certificateProblem, readCertificateRequest } from '../auth/certificate-authority.ts';
import { type AdmissionPlugin, concerns, writeOf } from './plugin.ts';

export function certificateRequests(clock: Clock): AdmissionPlugin {
  return {
    name: 'CertificateSigningRequests',
    admit(request) {
      if (!request.draft || !concerns(request, certificateSigningRequests)) return;
      const draft = request.draft as Draft<CertificateSigningRequest>;
      if (request.operation === 'CREATE') askedBy(draft, request.user);
      else if (request.subresource) {
        const { conditions = [] } = (request.old as CertificateSigningRequest).status;
        draft.status.conditions = draft.status.conditions?.map((condition) =>
          withTimes(condition as CertificateSigningRequestCondition, conditions, timestamp(clock)),
        ) as Draft<CertificateSigningRequestCondition>[] | undefined;
      }
    },
    async validate(request) {
      const created = request.operation === 'CREATE' ? writeOf(request, certificateSigningRequests) : undefined;
      const errors: FieldError[] = [];
      if (created) errors.push(...(await requestProblems(created.draft.spec.request)));
      if (request.subresource === 'status' && concerns(request, certificateSigningRequests)) {
        const { certificate = '' } = (request.draft as Draft<CertificateSigningRequest>).status;
        const problem = certificateProblem(Buffer.from(certificate, 'base64'));
        if (problem) errors.push(invalid('status.certificate', '<certificate data>', problem));
      }
      if (errors.length > 0) throw invalidError(certificateSigningRequests, request.name, errors);
    },
  };
}

/** Whatever the client says of itself does not count. */
function askedBy({ spec }: Draft<CertificateSigningRequest>, { name, uid, groups, extra }: UserInfo): void {
  spec.username = name;
  spec.groups = [...groups];
  if (uid) spec.uid = uid;
  else delete spec.uid;
  if (extra) spec.extra = Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
  else delete spec.extra;
}

function withTimes(
  condition: CertificateSigningRequestCondition,
  old: readonly CertificateSigningRequestCondition[],
  now: string,
): CertificateSigningRequestCondition {
  const before = old.find(({ type, status }) => type === condition.type && status === condition.status);
  return {
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? now,
    lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now,
  };
}

async function requestProblems(request: string): Promise<FieldError[]> {
  try {
    await readCertificateRequest(Buffer.from(request, 'base64'));
    return [];
  } catch (error) {
    return [invalid('spec.request', request, (error as Error).message)];
  }
}
