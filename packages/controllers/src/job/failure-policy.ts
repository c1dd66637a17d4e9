// Owns what the failure of a pod means to its job. Pure. Source: Kubernetes API reference, podFailurePolicy.
import type { ContainerStatus, Job, Pod, PodFailurePolicyRule } from '@berth/objects';

export interface Meaning {
  /** The action of the rule that it meets; undefined: it meets none, and counts as usual. */
  readonly action: PodFailurePolicyRule['action'] | undefined;
  /** Why the job fails, in a sentence for people. */
  readonly message?: string;
}

export function meaningOf(pod: Pod, { spec }: Job): Meaning {
  const { namespace, name } = pod.metadata;
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const met = `matching ${rule.action} rule at index ${index}`;
    const container = endedAsIn(pod, rule);
    if (container) {
      const code = container.state?.terminated?.exitCode;
      const message = `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${code} ${met}`;
      return { action: rule.action, message };
    }
    const condition = pod.status.conditions?.find(({ type, status }) =>
      rule.onPodConditions?.some((pattern) => pattern.type === type && pattern.status === status),
    );
    if (condition && !rule.onExitCodes)
      return { action: rule.action, message: `Pod ${namespace}/${name} has condition ${condition.type} ${met}` };
  }
  return { action: undefined };
}

export function isCounted(pod: Pod, job: Job): boolean {
  return meaningOf(pod, job).action !== 'Ignore';
}

function endedAsIn({ status }: Pod, { onExitCodes }: PodFailurePolicyRule): ContainerStatus | undefined {
  if (!onExitCodes) return undefined;
  const { containerName, operator, values } = onExitCodes;
  return [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find(({ name, state }) => {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0) return false;
    if (containerName !== undefined && containerName !== name) return false;
    return values.includes(code) === (operator === 'In');
  });
}
