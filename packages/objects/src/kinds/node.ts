// Owns what a person can know about Node beyond the API facts.
import type { Node, Taint } from '../api/types.ts';
import { duplicate, type FieldError, forbidden, invalid } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { parseQuantity } from '../quantity.ts';
import { nodes } from '../resource.ts';
import { taintEffects } from '../validation/affinity.ts';
import { negativeProblem, problemsOf, requiredChoice } from '../validation/field-checks.ts';
import { labelValueProblems, qualifiedNameProblems } from '../validation/names.ts';
import { ageColumn, columnOf, nameColumn, orNone } from './columns.ts';
import type { Kind } from './kind.ts';

export const nodeKind: Kind<Node> = {
  resource: nodes,
  nameRule: 'dns-subdomain',
  subresources: ['status', 'proxy'],
  countsGenerations: false,

  setDefaults({ spec, status }) {
    if (spec.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR];
    else if (!spec.podCIDR && spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
    // What nobody reserved may be used.
    if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: ({ spec, status }) => [
    ...validateTaints(spec.taints ?? []),
    ...validateAmounts('status.capacity', status.capacity),
    ...validateAmounts('status.allocatable', status.allocatable),
  ],
  validateUpdate({ spec }, { spec: old }) {
    const errors: FieldError[] = [];
    if (old.podCIDRs?.length && !sameJson(spec.podCIDRs, old.podCIDRs))
      errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
    if (old.providerID && spec.providerID !== old.providerID)
      errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
    return errors;
  },

  columns: [
    nameColumn,
    columnOf('Status', 'Whether the node is ready for pods.', nodeStatus),
    columnOf('Roles', 'What the node is for.', roles),
    ageColumn,
    columnOf('Version', 'The version of its agent.', ({ status }) => status.nodeInfo?.kubeletVersion ?? ''),
    columnOf('Internal-IP', 'Its address inside the cluster.', (node) => addressOf(node, 'InternalIP'), 1),
    columnOf('External-IP', 'Its address outside.', (node) => addressOf(node, 'ExternalIP'), 1),
    columnOf('OS-Image', 'Its operating system.', ({ status }) => orUnknown(status.nodeInfo?.osImage), 1),
    columnOf('Kernel-Version', 'Its kernel.', ({ status }) => orUnknown(status.nodeInfo?.kernelVersion), 1),
    columnOf(
      'Container-Runtime',
      'What runs its containers.',
      ({ status }) => orUnknown(status.nodeInfo?.containerRuntimeVersion),
      1,
    ),
  ],
  fieldSelectors: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
};

/** Kubernetes says `metadata.taints` of what stands in the spec. */
function validateTaints(taints: readonly Taint[]): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap(({ key, value, effect }, index) => {
    const item = `metadata.taints[${index}]`;
    const identity = `${key}:${effect}`;
    const errors = [
      ...problemsOf(`${item}.key`, key, qualifiedNameProblems(key)),
      ...(value ? problemsOf(`${item}.value`, value, labelValueProblems(value)) : []),
      ...requiredChoice(`${item}.effect`, effect, taintEffects),
      ...(seen.has(identity)
        ? [
            {
              ...duplicate(item, { key, effect }),
              message: `Duplicate value: taints must be unique by key and effect pair`,
            },
          ]
        : []),
    ];
    seen.add(identity);
    return errors;
  });
}

function validateAmounts(field: string, amounts: Readonly<Record<string, string>> | undefined): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, amount]) => [
    ...problemsOf(`${field}[${name}]`, name, qualifiedNameProblems(name)),
    ...(parseQuantity(amount).nano < 0n ? [invalid(`${field}[${name}]`, amount, negativeProblem)] : []),
  ]);
}

/** `Ready`, `NotReady` or `Unknown`, and whether new pods are kept away. */
export function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const word = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function roles({ metadata }: Node): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) return [key.slice(ROLE_PREFIX.length)];
    return key === 'kubernetes.io/role' && value ? [value] : [];
  });
  return orNone([...new Set(found)].sort().join(','));
}

function addressOf({ status }: Node, type: string): string {
  return orNone(status.addresses?.find((entry) => entry.type === type)?.address);
}

function orUnknown(text: string | undefined): string {
  return text || '<unknown>';
}
