// Owns which nodes a pod asks for: by name, by node selector and by node affinity.
// Source: Kubernetes, "Assigning Pods to Nodes".
import type { Node, NodeSelectorRequirement, NodeSelectorTerm } from '@berth/objects';
import type { Filter } from './filter.ts';

export const nodeName: Filter = ({ pod }, { node }) =>
  pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name
    ? "node(s) didn't match the requested node name"
    : undefined;

export const nodeAffinity: Filter = ({ pod }, { node }) => {
  const { nodeSelector = {}, affinity } = pod.spec;
  const labels = node.metadata.labels ?? {};
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const selected = Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
  const wanted = !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
  return selected && wanted ? undefined : "node(s) didn't match Pod's node affinity/selector";
};

/** All of a term's requirements must hold; a term without any matches nothing. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  const fields: Readonly<Record<string, string>> = { 'metadata.name': node.metadata.name };
  return matchExpressions.every((one) => meets(one, labels)) && matchFields.every((one) => meets(one, fields));
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
