// Owns on which nodes the pods of a daemon set run: what they tolerate beyond their template, how a pod is made for one
// node, and which nodes can have one. Pure. Source: Kubernetes, "DaemonSet", how daemon pods are scheduled, taints and
// tolerations.
import {
  affinityToNode,
  asksForNode,
  type DaemonSet,
  isTolerated,
  type New,
  type Node,
  nodesNamedBy,
  type Pod,
  type PodSpec,
  type Toleration,
  templateGeneration,
} from '@berth/objects';
import { podOfTemplate } from '../pod-template.ts';
import { revisionLabel } from './history.ts';

const generationLabel = 'pod-template-generation';

/** A daemon stays when its node is ill, and comes although others are kept off. */
const tolerated: readonly [string, Toleration['effect']][] = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
];

function tolerationsOf({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const own = hostNetwork ? [...tolerated, ['network-unavailable', 'NoSchedule'] as const] : tolerated;
  const added = own.map(([key, effect]): Toleration => {
    return { key: `node.kubernetes.io/${key}`, operator: 'Exists', effect };
  });
  const same = (a: Toleration, b: Toleration) => a.key === b.key && a.effect === b.effect && a.operator === b.operator;
  // One that ends takes back what a daemon is promised.
  return [...tolerations.filter((one) => !added.some((other) => same(one, other))), ...added];
}

/** What every pod of the daemon set is, wherever it runs. */
export function daemonSpec({ spec: { template } }: DaemonSet): PodSpec {
  const spec = template.spec ?? { containers: [] };
  return { ...spec, tolerations: tolerationsOf(spec) };
}

/** `hash`: of the revision that the template is. The pod is for the scheduler to place, which can do so in one way. */
export function podForNode(daemonSet: DaemonSet, { node, hash }: { node: string; hash: string }): New<Pod> {
  const { template } = daemonSet.spec;
  const generation = daemonSet.metadata.annotations?.[templateGeneration];
  const labels = {
    ...template.metadata?.labels,
    [revisionLabel]: hash,
    ...(generation === undefined ? {} : { [generationLabel]: generation }),
  };
  const spec = daemonSpec(daemonSet);
  return podOfTemplate(daemonSet, {
    metadata: { ...template.metadata, labels },
    spec: { ...spec, affinity: affinityToNode(spec.affinity, node) },
  });
}

/** The node that the pod is on, or was made for. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const [name] = nodesNamedBy(spec) ?? [];
  return name;
}

/** Whether the pod is of the template as it is now. `hash`: of that template's revision. */
export function isUpdated({ metadata }: Pod, hash: string): boolean {
  return metadata.labels?.[revisionLabel] === hash;
}

export interface Eligibility {
  /** The node should have a pod. */
  readonly run: boolean;
  /** A pod that is there may stay. */
  readonly stay: boolean;
}

/** `spec`: as `daemonSpec` gives it. */
export function eligibilityOf(spec: PodSpec, node: Node): Eligibility {
  if ((spec.nodeName && spec.nodeName !== node.metadata.name) || !asksForNode(spec, node))
    return { run: false, stay: false };
  const effects = (node.spec.taints ?? []).filter((taint) => !isTolerated(spec, taint)).map(({ effect }) => effect);
  const stay = !effects.includes('NoExecute');
  return { run: stay && !effects.includes('NoSchedule'), stay };
}

/** What was found out about a daemon set's nodes. It holds until the node, or what the daemon set wants, changes. */
export class Placements {
  readonly #known = new Map<string, { generation?: number; spec: PodSpec; verdicts: WeakMap<Node, Eligibility> }>();

  of(daemonSet: DaemonSet, node: Node): Eligibility {
    const { uid, generation } = daemonSet.metadata;
    let known = this.#known.get(uid);
    if (!known || known.generation !== generation) {
      known = { generation, spec: daemonSpec(daemonSet), verdicts: new WeakMap() };
      this.#known.set(uid, known);
    }
    let verdict = known.verdicts.get(node);
    if (!verdict) {
      verdict = eligibilityOf(known.spec, node);
      known.verdicts.set(node, verdict);
    }
    return verdict;
  }

  forget(uid: string): void {
    this.#known.delete(uid);
  }
}
