// Owns one call of one webhook for one request: whether it is made, what is sent, and what a missing answer means. What
// an approval then does is the plugins'.
import type { Clock, Random } from '@berth/host';
import { forbiddenError, type MutatingWebhook, type ValidatingWebhook } from '@berth/objects';
import type { Variables } from '../expressions/environment.ts';
import type { AdmissionRequest } from '../plugin.ts';
import { type ReviewAnswer, readAnswer, reviewOf, reviewVersion } from './admission-review.ts';
import {
  matchedBy,
  matchesRule,
  type NamespaceLabels,
  type OtherVersions,
  selectsNamespace,
  selectsObject,
} from './matching.ts';
import { type ReviewedRequest, reviewedRequest, wireRequest } from './reviewed-request.ts';
import { dryRunError, internalError, WebhookCallError, WebhookDenial } from './webhook-errors.ts';
import type { Hook } from './webhook-list.ts';
import type { CallLabels, WebhookMetrics } from './webhook-metrics.ts';

export interface WebhookSurroundings {
  readonly labelsOfNamespace: NamespaceLabels;
  readonly otherVersions: OtherVersions;
  /** What the conditions of webhooks see of a request. */
  readonly variablesOf: (request: AdmissionRequest, reviewed: ReviewedRequest) => Variables;
  readonly metrics: WebhookMetrics;
  readonly clock: Clock;
  readonly random: Random;
}

const exempt: ReadonlySet<string> = new Set([
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
]);

/** What decides about webhooks is not decided by webhooks, and neither is what this server needs to come up. */
export function isExempt({ resource, user }: AdmissionRequest): boolean {
  if (user.name === 'system:apiserver') return true;
  return resource.group === 'admissionregistration.k8s.io' && exempt.has(resource.plural);
}

/**
 * The request as the webhook is to see it; undefined: it is not about it. Throws Forbidden if its conditions cannot be
 * evaluated and it must not be passed by.
 */
export async function concernsHook(
  hook: Hook,
  request: AdmissionRequest,
  surroundings: WebhookSurroundings,
): Promise<ReviewedRequest | undefined> {
  const { webhook, namespaces, objects, conditions } = hook;
  const { matchPolicy, rules = [] } = webhook;
  const applies = (asked: ReviewedRequest) => rules.some((rule) => matchesRule(rule, asked));
  const { otherVersions, labelsOfNamespace, variablesOf } = surroundings;
  const reviewed = matchedBy(applies, reviewedRequest(request), { matchPolicy, otherVersions });
  if (!reviewed || !(await selectsNamespace(namespaces, reviewed, labelsOfNamespace))) return undefined;
  if (!selectsObject(objects, reviewed)) return undefined;
  if (conditions.isEmpty) return reviewed;
  const hold = conditions.hold(variablesOf(request, reviewed));
  if (!(hold instanceof Error)) return hold ? reviewed : undefined;
  if (webhook.failurePolicy === 'Ignore') return undefined;
  throw forbiddenError(request.resource, request.name, hold.message);
}

interface HookCall {
  /** The request as the webhook is to see it. */
  readonly reviewed: ReviewedRequest;
  readonly type: CallLabels['type'];
  readonly surroundings: WebhookSurroundings;
}

/** Undefined: there was no answer, and the webhook may be passed by. Throws StatusError for a denial. */
export async function callHook(
  hook: Hook,
  request: AdmissionRequest,
  { reviewed, type, surroundings }: HookCall,
): Promise<ReviewAnswer | undefined> {
  const { webhook } = hook;
  const { metrics, clock } = surroundings;
  if (request.dryRun && webhook.sideEffects !== 'None' && webhook.sideEffects !== 'NoneOnDryRun')
    throw dryRunError(webhook.name);
  const labels = { name: webhook.name, type, operation: request.operation };
  const begun = clock.monotonic();
  const seconds = () => (clock.monotonic() - begun) / 1000;
  try {
    const uid = surroundings.random.uuid();
    const answer = await ask(hook, wireRequest(request, reviewed), { mutating: type === 'admit', uid });
    tell(webhook, request, answer);
    if (!answer.allowed) throw new WebhookDenial(webhook.name, answer.status);
    metrics.called(labels, seconds(), { outcome: 'allowed', code: 200 });
    return answer;
  } catch (error) {
    if (error instanceof WebhookDenial) metrics.called(labels, seconds(), { outcome: 'denied', code: error.code });
    if (!(error instanceof WebhookCallError)) throw error;
    if (webhook.failurePolicy === 'Ignore') {
      metrics.called(labels, seconds(), { outcome: 'allowed', code: 200 });
      metrics.failedOpen(labels);
      return undefined;
    }
    metrics.called(labels, seconds(), { outcome: 'failed', code: 500 });
    throw internalError(error.message);
  }
}

async function ask(
  { webhook, client }: Hook,
  request: Record<string, unknown>,
  { mutating, uid }: { readonly mutating: boolean; readonly uid: string },
): Promise<ReviewAnswer> {
  const version = reviewVersion(webhook.admissionReviewVersions);
  let answer: unknown;
  try {
    answer = await client.post(reviewOf(version, request, uid), webhook.timeoutSeconds ?? 10);
  } catch (error) {
    throw new WebhookCallError(webhook.name, `failed to call webhook: ${(error as Error).message}`);
  }
  try {
    return readAnswer(answer, { version, uid, mutating });
  } catch (error) {
    throw new WebhookCallError(webhook.name, `received invalid webhook response: ${(error as Error).message}`);
  }
}

function tell(
  { name }: MutatingWebhook | ValidatingWebhook,
  { notices }: AdmissionRequest,
  { warnings, auditAnnotations }: ReviewAnswer,
): void {
  for (const [key, value] of Object.entries(auditAnnotations)) notices?.onAuditAnnotation?.(`${name}/${key}`, value);
  for (const warning of warnings) notices?.onWarning?.(warning);
}
