// Owns which nodes a pod asks for: by node selector and by node affinity.
// Source: Kubernetes, "Assigning Pods to Nodes".
import type { Affinity, Node, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../api/types.ts';

/** The one field of a node that terms may speak of. */
const nameField = 'metadata.name';

type Asking = Pick<PodSpec, 'nodeSelector' | 'affinity'>;

/** Whether the node is one of those that the pod's node selector and its required node affinity ask for. */
export function asksForNode({ nodeSelector = {}, affinity }: Asking, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  return !required || required.nodeSelectorTerms.some((term) => matchesNodeTerm(term, node));
}

/** All of a term's requirements must hold; a term without any matches nothing. */
export function matchesNodeTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  const fields: Readonly<Record<string, string>> = { [nameField]: node.metadata.name };
  return matchExpressions.every((one) => meets(one, labels)) && matchFields.every((one) => meets(one, fields));
}

/** The only nodes that the required node affinity leaves, where it calls them by their names; else undefined. */
export function nodesNamedBy({ affinity }: Asking): ReadonlySet<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const names = terms?.map(({ matchFields = [] }) => matchFields.find(isNaming)?.values);
  if (!names?.every((some) => some !== undefined)) return undefined;
  return new Set(names.flat());
}

function isNaming({ key, operator }: NodeSelectorRequirement): boolean {
  return key === nameField && operator === 'In';
}

/** The affinity that leaves the pod one node, by its name, and keeps whatever does not choose between nodes. */
export function affinityToNode(affinity: Affinity | undefined, name: string): Affinity {
  const matchFields: NodeSelectorRequirement[] = [{ key: nameField, operator: 'In', values: [name] }];
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms: [{ matchFields }] };
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution },
  };
}

function meets({ key, operator, values = [] }: NodeSelectorRequirement, of: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(of, key) ? of[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return integer(value) > integer(values[0]);
    case 'Lt':
      return integer(value) < integer(values[0]);
  }
}

/** NaN, which no comparison holds for, unless it is an integer. */
function integer(text: string | undefined): number {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
}
