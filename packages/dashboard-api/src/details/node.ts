// Owns the page of one node.
import type { Node } from '@berth/objects';
import type { NodeDetail } from '../answers.ts';
import type { Cluster } from '../live/cluster.ts';
import { nodeRow } from '../rows/node.ts';
import { eventsOf } from './events.ts';
import { podRowsIn } from './pod.ts';
import { yamlOf } from './yaml.ts';

export function nodeDetail(node: Node, cluster: Cluster): NodeDetail {
  const pods = cluster.pods.byIndex('node', node.metadata.name);
  return {
    object: node,
    row: nodeRow(node, pods),
    yaml: yamlOf(node),
    events: eventsOf(cluster, node),
    pods: podRowsIn(cluster, pods),
  };
}
