// Owns which nodes a pod asks for: by name, by node selector and by node affinity.
// Source: Kubernetes, "Assigning Pods to Nodes".
import { asksForNode } from '@berth/objects';
import type { Filter } from './filter.ts';

export const nodeName: Filter = ({ pod }, { node }) =>
  pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name
    ? "node(s) didn't match the requested node name"
    : undefined;

export const nodeAffinity: Filter = ({ pod }, { node }) =>
  asksForNode(pod.spec, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
