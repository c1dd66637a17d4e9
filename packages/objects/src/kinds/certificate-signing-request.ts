// Owns what a person can know about CertificateSigningRequest beyond the API facts. What its request says, who asks and
// who may approve and sign is for the API server's admission.
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
} from '../api/types.ts';
import type { KeyUsage } from '../certificate-request.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { certificateSigningRequests } from '../resource.ts';
import { validateSignerName } from '../validation/signer-name.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import { humanDuration } from './duration.ts';
import type { Kind } from './kind.ts';

type Request = CertificateSigningRequest;

const minSeconds = 600;
/** Whatever asked for it is no longer known; v1 of the API has none of it. */
const legacySigner = 'kubernetes.io/legacy-unknown';
const decisions = ['Approved', 'Denied'] as const;
const finalTypes = [...decisions, 'Failed'] as const;

export const certificateSigningRequestKind: Kind<Request> = {
  resource: certificateSigningRequests,
  nameRule: 'path-segment',
  subresources: ['status', 'approval'],
  countsGenerations: false,

  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec, status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: ({ spec, status }) => [...validateSpec(spec), ...validateConditions(conditionsOf({ status }))],
  validateStatusUpdate: (request, old) => [
    ...validateConditions(conditionsOf(request)),
    ...keptConditions(request, old),
    ...sameDecisions(request, old),
    ...keptCertificate(request, old),
  ],

  parts: {
    approval: {
      within: 'status',
      prepareForUpdate(draft, old) {
        const status = { ...old.status, conditions: draft.status.conditions };
        Object.assign(draft, { spec: old.spec, status });
      },
      validateUpdate: (request, old) => [...validateConditions(conditionsOf(request)), ...keptConditions(request, old)],
    },
  },

  columns: [
    nameColumn,
    ageColumn,
    columnOf('SignerName', 'Who is to sign it.', ({ spec }) => spec.signerName),
    columnOf('Requestor', 'Who asks for it.', ({ spec }) => spec.username ?? ''),
    columnOf('RequestedDuration', 'How long the certificate is to be valid.', ({ spec: { expirationSeconds } }) =>
      expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * 1000),
    ),
    columnOf('Condition', 'What has become of it.', conditionText),
  ],
  fieldSelectors: { 'spec.signerName': ({ spec }) => spec.signerName },
};

function conditionText({ status }: Request): string {
  const types = conditionsOf({ status }).map(({ type }) => type);
  const decided = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  return [decided, ...(types.includes('Failed') ? ['Failed'] : []), ...(status.certificate ? ['Issued'] : [])].join();
}

function conditionsOf({ status }: Pick<Request, 'status'>): readonly CertificateSigningRequestCondition[] {
  return status.conditions ?? [];
}

function validateSpec({ usages = [], signerName, expirationSeconds }: CertificateSigningRequestSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (usages.length === 0) errors.push(required('spec.usages', 'usages must be provided'));
  for (const [index, usage] of usages.entries())
    if (!keyUsages.includes(usage)) errors.push(notSupported(`spec.usages[${index}]`, usage, keyUsages));
  for (const [index, usage] of usages.entries())
    if (usages.indexOf(usage) < index) errors.push(duplicate(`spec.usages[${index}]`, usage));
  if (signerName === legacySigner)
    errors.push(invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version'));
  else errors.push(...validateSignerName('spec.signerName', signerName));
  if (expirationSeconds !== undefined && expirationSeconds < minSeconds)
    errors.push(
      invalid(
        'spec.expirationSeconds',
        expirationSeconds,
        'may not specify a duration less than 600 seconds (10 minutes)',
      ),
    );
  return errors;
}

function validateConditions(conditions: readonly CertificateSigningRequestCondition[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { type, status }] of conditions.entries()) {
    const field = `status.conditions[${index}]`;
    const statuses = isOneOf(finalTypes, type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (!type) errors.push(required(`${field}.type`));
    if (!status) errors.push(required(`${field}.status`));
    else if (!statuses.includes(status)) errors.push(notSupported(`${field}.status`, status, statuses));
    const contrary = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (contrary && seen.has(contrary))
      errors.push(invalid(`${field}.type`, type, 'Approved and Denied conditions are mutually exclusive'));
    if (seen.has(type)) errors.push(duplicate(`${field}.type`, type));
    seen.add(type);
  }
  return errors;
}

/** What was once decided, or has failed, stays so. */
function keptConditions(request: Request, old: Request): FieldError[] {
  return finalTypes
    .filter((type) => find(old, type) && !find(request, type))
    .map((type) =>
      forbidden('status.conditions', `updates may not remove a condition of type ${JSON.stringify(type)}`),
    );
}

/** Whoever signs does not approve. */
function sameDecisions(request: Request, old: Request): FieldError[] {
  return decisions.flatMap((type) => {
    const now = find(request, type);
    const before = find(old, type);
    if (!now || sameJson(now, before)) return [];
    const what = before ? 'modify' : 'add';
    return [forbidden('status.conditions', `updates may not ${what} a condition of type ${JSON.stringify(type)}`)];
  });
}

function keptCertificate({ status }: Request, old: Request): FieldError[] {
  if (!old.status.certificate || status.certificate === old.status.certificate) return [];
  return [forbidden('status.certificate', 'updates may not modify existing certificate content')];
}

function find(request: Request, type: string): CertificateSigningRequestCondition | undefined {
  return conditionsOf(request).find((condition) => condition.type === type);
}

function isOneOf(types: readonly string[], type: string): boolean {
  return types.includes(type);
}

const keyUsages: readonly KeyUsage[] = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
