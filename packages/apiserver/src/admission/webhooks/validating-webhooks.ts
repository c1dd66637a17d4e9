// Owns the admission plugin that asks webhooks whether a write may be: all at the same time, after everything that could
// change it. Source: Kubernetes admission plugin ValidatingAdmissionWebhook.
import type { ValidatingWebhook } from '@berth/objects';
import type { AdmissionPlugin, AdmissionRequest } from '../plugin.ts';
import { callHook, concernsHook, isExempt, type WebhookSurroundings } from './calling.ts';
import type { ReviewedRequest } from './reviewed-request.ts';
import type { Hook } from './webhook-list.ts';

export function validatingWebhooks(
  hooks: () => readonly Hook<ValidatingWebhook>[],
  surroundings: WebhookSurroundings,
): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionWebhook',
    validate(request) {
      const all = hooks();
      return all.length === 0 || isExempt(request) ? undefined : validate(all, request);
    },
  };

  async function validate(all: readonly Hook<ValidatingWebhook>[], request: AdmissionRequest): Promise<void> {
    const concerned: { readonly hook: Hook; readonly index: number; readonly reviewed: ReviewedRequest }[] = [];
    for (const [index, hook] of all.entries()) {
      const reviewed = await concernsHook(hook, request, surroundings);
      if (reviewed) concerned.push({ hook, index, reviewed });
    }
    const calls = concerned.map(async ({ hook, index, reviewed }) => {
      const answer = await callHook(hook, request, { reviewed, type: 'validating', surroundings });
      if (!answer)
        request.notices?.onAuditAnnotation?.(
          `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`,
          hook.webhook.name,
        );
    });
    for (const outcome of await Promise.allSettled(calls)) if (outcome.status === 'rejected') throw outcome.reason;
  }
}
