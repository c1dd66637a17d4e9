// Owns the admission plugin that lets webhooks change what is written: one after the other, and again those that want to
// see what came after them. Source: Kubernetes admission plugin MutatingAdmissionWebhook.
import type { MutatingWebhook } from '@berth/objects';
import type { AdmissionPlugin, AdmissionRequest } from '../plugin.ts';
import { callHook, concernsHook, isExempt, type WebhookSurroundings } from './calling.ts';
import type { ReviewedRequest } from './reviewed-request.ts';
import { internalError } from './webhook-errors.ts';
import type { Hook } from './webhook-list.ts';

type MutatingHook = Hook<MutatingWebhook>;

/** Which webhooks are to see the request once more. */
interface Rounds {
  /** Called with a policy that lets them be called again. */
  readonly called: Set<MutatingHook>;
  readonly again: Set<MutatingHook>;
  /** The object as the last of them left it. */
  last: string | undefined;
}

export function mutatingWebhooks(
  hooks: () => readonly MutatingHook[],
  surroundings: WebhookSurroundings,
): AdmissionPlugin {
  const running = new WeakMap<AdmissionRequest, Rounds>();

  function roundsOf(request: AdmissionRequest): Rounds {
    const rounds = running.get(request) ?? { called: new Set(), again: new Set(), last: undefined };
    running.set(request, rounds);
    return rounds;
  }

  return {
    name: 'MutatingAdmissionWebhook',
    admit(request) {
      const all = hooks();
      return all.length === 0 || isExempt(request) ? undefined : admit(all, request);
    },
  };

  async function admit(all: readonly MutatingHook[], request: AdmissionRequest): Promise<void> {
    const rounds = roundsOf(request);
    const { round } = request.reinvocation;
    if (round === 1 && rounds.last !== JSON.stringify(request.draft)) callAgain(rounds);
    for (const [index, hook] of all.entries()) {
      if (round === 1 && !rounds.again.has(hook)) continue;
      const reviewed = await concernsHook(hook, request, surroundings);
      if (!reviewed) continue;
      const changed = await mutate(hook, request, { reviewed, at: `round_${round}_index_${index}` });
      if (changed) {
        callAgain(rounds);
        request.reinvocation.require();
      }
      if (hook.webhook.reinvocationPolicy === 'IfNeeded') rounds.called.add(hook);
    }
    if (round === 0) rounds.last = rounds.called.size > 0 ? JSON.stringify(request.draft) : undefined;
  }

  async function mutate(
    hook: MutatingHook,
    request: AdmissionRequest,
    { reviewed, at }: { readonly reviewed: ReviewedRequest; readonly at: string },
  ): Promise<boolean> {
    const { webhook, configuration } = hook;
    const annotate = request.notices?.onAuditAnnotation;
    const answer = await callHook(hook, request, { reviewed, type: 'admit', surroundings });
    if (!answer) {
      annotate?.(`failed-open.mutating.webhook.admission.k8s.io/${at}`, webhook.name);
      return false;
    }
    const mutated = answer.patch.length > 0 && patched(request, webhook.name, answer.patch);
    const told = { configuration, webhook: webhook.name, mutated };
    annotate?.(`mutation.webhook.admission.k8s.io/${at}`, JSON.stringify(told));
    return mutated;
  }
}

function callAgain({ called, again }: Rounds): void {
  for (const hook of called) again.add(hook);
  called.clear();
}

function patched(request: AdmissionRequest, webhook: string, operations: readonly unknown[]): boolean {
  if (!request.patch)
    throw internalError(
      `admission webhook "${webhook}" attempted to modify the object, which is not supported for this operation`,
    );
  return request.patch(operations);
}
