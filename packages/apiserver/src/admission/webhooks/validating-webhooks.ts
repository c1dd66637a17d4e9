// Owns the admission plugin that asks webhooks whether a write may be: all at the same time, after everything that could
// change it. Source: Kubernetes admission plugin ValidatingAdmissionWebhook.
import type { ValidatingWebhook } from '@berth/objects';
import type { AdmissionPlugin } from '../plugin.ts';
import { callHook, concernsHook, isExempt, type WebhookSurroundings } from './calling.ts';
import { reviewedRequest } from './reviewed-request.ts';
import type { Hook } from './webhook-list.ts';

export function validatingWebhooks(
  hooks: () => readonly Hook<ValidatingWebhook>[],
  surroundings: WebhookSurroundings,
): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionWebhook',
    async validate(request) {
      const all = hooks();
      if (all.length === 0 || isExempt(request)) return;
      const reviewed = reviewedRequest(request);
      const concerned: { readonly hook: Hook; readonly index: number }[] = [];
      for (const [index, hook] of all.entries())
        if (await concernsHook(hook, request, { reviewed, surroundings })) concerned.push({ hook, index });
      const calls = concerned.map(async ({ hook, index }) => {
        const answer = await callHook(hook, request, { type: 'validating', surroundings });
        if (!answer)
          request.notices?.onAuditAnnotation?.(
            `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`,
            hook.webhook.name,
          );
      });
      for (const outcome of await Promise.allSettled(calls)) if (outcome.status === 'rejected') throw outcome.reason;
    },
  };
}
