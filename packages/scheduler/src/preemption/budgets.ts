// Owns which pods cannot go without breaking a disruption budget. Source: Kubernetes' default preemption, which spares
// such pods where it can, but does not refuse.
import { type Pod, type PodDisruptionBudget, selectorFrom } from '@berth/objects';

/** Parts the pods, each part in the order given. Earlier pods use up what the budgets allow. */
export function splitByBudgets(
  pods: readonly Pod[],
  budgets: readonly PodDisruptionBudget[],
): { readonly violating: Pod[]; readonly harmless: Pod[] } {
  const accounts = budgets.map(({ metadata, spec, status }) => ({
    namespace: metadata.namespace,
    selector: selectorFrom(spec.selector),
    allowed: status.disruptionsAllowed,
    // They are off the account already.
    disrupted: status.disruptedPods ?? {},
  }));
  const violating: Pod[] = [];
  const harmless: Pod[] = [];
  for (const pod of pods) {
    const { name, namespace, labels = {} } = pod.metadata;
    let violates = false;
    for (const account of accounts) {
      if (account.namespace !== namespace || Object.keys(labels).length === 0) continue;
      if (!account.selector || account.selector.matchesAll || !account.selector.matches(labels)) continue;
      if (Object.hasOwn(account.disrupted, name)) continue;
      if (--account.allowed < 0) violates = true;
    }
    (violates ? violating : harmless).push(pod);
  }
  return { violating, harmless };
}
