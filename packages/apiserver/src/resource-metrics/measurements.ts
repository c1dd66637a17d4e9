// Owns get and list of the kinds of metrics.k8s.io: nodes and pods that are there, with what was measured of them. One
// of which nothing was measured is left out.
import {
  apiVersionOf,
  deepFreeze,
  type Kind,
  type KubeObject,
  type ListOptions,
  type Node,
  type NodeMetrics,
  nodeMetrics,
  notFoundError,
  type ObjectList,
  type ObjectName,
  type Pod,
  type PodMetrics,
  podMetrics,
  qualifiedName,
  type Resource,
} from '@berth/objects';
import { Selection } from '../watch-cache/selection.ts';
import type { Scraper } from './scraper.ts';
import { measuredAt, usageOf, usageQuantities } from './usage.ts';

export interface MeasurementsOptions {
  readonly scraper: Pick<Scraper, 'node' | 'pod'>;
  readonly nodes: () => Iterable<Node>;
  readonly pods: (namespace: string | undefined) => Iterable<Pod>;
}

type Measure = (namespace: string | undefined) => Iterable<KubeObject>;

export class Measurements {
  readonly #measures: ReadonlyMap<string, Measure>;

  constructor(options: MeasurementsOptions) {
    this.#measures = new Map<string, Measure>([
      [qualifiedName(nodeMetrics), () => measuredNodes(options)],
      [qualifiedName(podMetrics), (namespace) => measuredPods(options, namespace)],
    ]);
  }

  /** Throws NotFound, also of what is there and was not measured. */
  get<T extends KubeObject>(kind: Kind<T>, { namespace, name }: ObjectName): T {
    for (const object of this.#of(kind, namespace)) if (object.metadata.name === name) return object;
    throw notFoundError(kind.resource, name);
  }

  list<T extends KubeObject>(kind: Kind<T>, options: ListOptions): ObjectList<T> {
    const selection = new Selection(kind, options);
    const items = [...this.#of(kind, selection.namespace)].filter((object) => selection.matches(object));
    return { metadata: { resourceVersion: '' }, items };
  }

  #of<T extends KubeObject>({ resource }: Kind<T>, namespace: string | undefined): Iterable<T> {
    const measure = this.#measures.get(qualifiedName(resource));
    if (!measure) throw new Error(`nobody measures ${qualifiedName(resource)}`);
    return measure(namespace) as Iterable<T>;
  }
}

function* measuredNodes({ scraper, nodes }: MeasurementsOptions): Iterable<KubeObject> {
  for (const node of nodes()) {
    const [last, previous] = scraper.node(node.metadata.name);
    const usage = last && usageOf(last, previous);
    if (usage)
      yield measured<NodeMetrics>(nodeMetrics, node, { ...measuredAt([usage]), usage: usageQuantities(usage) });
  }
}

function* measuredPods({ scraper, pods }: MeasurementsOptions, namespace: string | undefined): Iterable<KubeObject> {
  for (const pod of pods(namespace)) {
    const { metadata, spec } = pod;
    const found = scraper
      .pod(spec.nodeName ?? '', `${metadata.namespace}/${metadata.name}`)
      .map(({ container, last, previous }) => ({ name: container, usage: usageOf(last, previous) }));
    const whole = found.flatMap(({ name, usage }) => (usage ? [{ name, usage }] : []));
    // A sum over some of the containers would be taken for that of the pod.
    if (whole.length === 0 || whole.length < found.length) continue;
    const containers = whole.map(({ name, usage }) => ({ name, usage: usageQuantities(usage) }));
    yield measured<PodMetrics>(podMetrics, pod, { ...measuredAt(whole.map(({ usage }) => usage)), containers });
  }
}

/** Named and labelled like what was measured, and as old as the measurement. */
function measured<T extends NodeMetrics | PodMetrics>(
  resource: Resource<T>,
  { metadata: { name, namespace, labels } }: KubeObject,
  figures: Omit<T, 'apiVersion' | 'kind' | 'metadata'> & { readonly timestamp: string },
): KubeObject {
  return deepFreeze({
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      creationTimestamp: figures.timestamp,
      ...(labels ? { labels } : {}),
    },
    ...figures,
  }) as unknown as KubeObject;
}
