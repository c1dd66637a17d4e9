// Owns the AdmissionReview that goes to a webhook, and what may come back. Source: Kubernetes, admission.k8s.io/v1.
import type { Status } from '@berth/objects';

/** In which the webhook is asked. */
const versions = ['v1', 'v1beta1'] as const;
type ReviewVersion = (typeof versions)[number];

export interface ReviewAnswer {
  readonly allowed: boolean;
  readonly status?: Partial<Status>;
  /** Operations of a JSON patch; empty: there is none. */
  readonly patch: readonly unknown[];
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

/** The first that both sides know. */
export function reviewVersion(accepted: readonly string[]): ReviewVersion {
  const [chosen = 'v1'] = accepted.flatMap((name) => versions.filter((version) => version === name));
  return chosen;
}

export function reviewOf(version: ReviewVersion, request: Record<string, unknown>, uid: string): string {
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: { uid, ...request },
  });
}

/** Throws an Error that says what is wrong with the answer. */
export function readAnswer(
  answer: unknown,
  { version, uid, mutating }: { readonly version: ReviewVersion; readonly uid: string; readonly mutating: boolean },
): ReviewAnswer {
  const { apiVersion, kind, response } = fieldsOf(answer);
  if (response === undefined || response === null) throw new Error('webhook response was absent');
  const said = fieldsOf(response);
  if (version === 'v1') {
    if (said.uid !== uid)
      throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(said.uid ?? '')}`);
    if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview')
      throw new Error(
        `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${apiVersion ?? ''}, Kind=${kind ?? ''}`,
      );
  }
  return {
    allowed: said.allowed === true,
    ...(said.status ? { status: fieldsOf(said.status) as Partial<Status> } : {}),
    patch: patchOf(said, { version, mutating }),
    warnings: Array.isArray(said.warnings) ? said.warnings.filter(isText) : [],
    auditAnnotations: Object.fromEntries(Object.entries(fieldsOf(said.auditAnnotations)).filter(hasText)),
  };
}

function patchOf(
  { patch, patchType }: Readonly<Record<string, unknown>>,
  { version, mutating }: { readonly version: ReviewVersion; readonly mutating: boolean },
): readonly unknown[] {
  const given = isText(patch) && patch !== '';
  if (!mutating) {
    if (version === 'v1' && given) throw new Error('validating webhook may not return response.patch');
    if (version === 'v1' && patchType) throw new Error('validating webhook may not return response.patchType');
    return [];
  }
  if (version === 'v1' && given && !patchType)
    throw new Error('webhook returned response.patch but not response.patchType');
  if (version === 'v1' && !given && patchType)
    throw new Error('webhook returned response.patchType but not response.patch');
  if (!given) return [];
  if (patchType !== 'JSONPatch' && (version === 'v1' || patchType))
    throw new Error(`unsupported patch type "${patchType}"`);
  return operationsOf(patch);
}

function operationsOf(patch: string): readonly unknown[] {
  const operations: unknown = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
  if (!Array.isArray(operations)) throw new Error('the patch is not a list of operations');
  return operations;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function hasText(entry: [string, unknown]): entry is [string, string] {
  return isText(entry[1]);
}
