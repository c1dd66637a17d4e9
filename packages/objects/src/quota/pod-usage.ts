// Owns what a pod takes of a quota, and which quotas concern it. Source: Kubernetes, "Resource Quotas".
import type {
  Container,
  Pod,
  PodAffinityTerm,
  PodSpec,
  ResourceRequirements,
  ScopedResourceSelectorRequirement,
} from '../api/types.ts';
import { podQualityOf } from '../kinds/pod-quality.ts';
import { type Amounts, largerOf, sumOf } from './amounts.ts';
import { isExtendedName, isPodName } from './names.ts';
import type { QuotaRules } from './quota-rules.ts';

const native = ['cpu', 'memory', 'ephemeral-storage'];
/** A pod that says nothing of these cannot be charged for them. */
const mustBeSaid = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

export const podQuota: QuotaRules<Pod> = {
  bounds: isPodName,
  chargesUpdates: false,
  usage(pod, now) {
    if (isOver(pod, now)) return {};
    return { pods: '1', ...computeUsage(totalOf(pod.spec, 'requests'), totalOf(pod.spec, 'limits')) };
  },
  isInScope,
  missing({ spec }, names) {
    const wanted = mustBeSaid.filter((name) => names.has(name));
    const lacking = new Map<string, string[]>();
    for (const { name, resources = {} } of [...spec.containers, ...(spec.initContainers ?? [])]) {
      const said = computeUsage(resources.requests ?? {}, resources.limits ?? {});
      for (const one of wanted) if (!Object.hasOwn(said, one)) lacking.set(one, [...(lacking.get(one) ?? []), name]);
    }
    if (lacking.size === 0) return undefined;
    const parts = [...lacking].sort(([a], [b]) => (a < b ? -1 : 1));
    return `must specify ${parts.map(([name, containers]) => `${name} for: ${containers.sort().join(',')}`).join('; ')}`;
  },
};

/** It has ended, or should have by now: a node that is away does not say so. */
function isOver({ metadata, status }: Pod, now: number): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1_000;
}

function computeUsage(requests: Amounts, limits: Amounts): Record<string, string> {
  const usage: Record<string, string> = {};
  for (const [name, amount] of Object.entries(requests)) {
    if (native.includes(name) || name.startsWith('hugepages-')) usage[name] = amount;
    if (native.includes(name) || name.startsWith('hugepages-') || isExtendedName(name))
      usage[`requests.${name}`] = amount;
  }
  for (const [name, amount] of Object.entries(limits)) if (native.includes(name)) usage[`limits.${name}`] = amount;
  return usage;
}

/**
 * At the pod's peak: its containers together with the sidecars, or the neediest init container with the sidecars that
 * started before it, and the overhead. Source: Kubernetes, "Pod sharing of resources with sidecars".
 */
function totalOf({ containers, initContainers = [], overhead = {} }: PodSpec, of: 'requests' | 'limits'): Amounts {
  const amountsOf = ({ resources }: Container): Amounts => (resources as ResourceRequirements | undefined)?.[of] ?? {};
  let sidecars: Amounts = {};
  let peak: Amounts = {};
  for (const container of initContainers) {
    const own = amountsOf(container);
    if (container.restartPolicy === 'Always') sidecars = sumOf(sidecars, own);
    peak = largerOf(peak, container.restartPolicy === 'Always' ? sidecars : sumOf(sidecars, own));
  }
  const total = largerOf(
    containers.reduce((sum, container) => sumOf(sum, amountsOf(container)), sidecars),
    peak,
  );
  // What has no limit is not bounded by its overhead's.
  const added = Object.entries(overhead).filter(([name]) => of === 'requests' || Object.hasOwn(total, name));
  return sumOf(total, Object.fromEntries(added));
}

function isInScope({ spec }: Pod, requirement: ScopedResourceSelectorRequirement): boolean {
  switch (requirement.scopeName) {
    case 'Terminating':
      return spec.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return podQualityOf(spec) === 'BestEffort';
    case 'NotBestEffort':
      return podQualityOf(spec) !== 'BestEffort';
    case 'PriorityClass':
      return meets(spec.priorityClassName || undefined, requirement);
    case 'CrossNamespacePodAffinity':
      return affinityTerms(spec).some(
        (term) => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined,
      );
    default:
      return false;
  }
}

function meets(value: string | undefined, { operator, values = [] }: ScopedResourceSelectorRequirement): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'DoesNotExist':
      return value === undefined;
    default:
      return value !== undefined;
  }
}

function affinityTerms({ affinity }: PodSpec): PodAffinityTerm[] {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
}
