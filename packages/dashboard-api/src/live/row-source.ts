// Owns, per noun, which rows there are, how one is built, and which rows a change in the cluster touches. A row is
// always built anew from what the informers hold: a change only says where to look again.
import type { Informer } from '@berth/informers';
import { type KubeObject, objectKey, type Pod, type Service, selectorFromMap } from '@berth/objects';
import type { Noun, Rows } from '../contract.ts';
import { podRowIn } from '../details/pod.ts';
import { eventRow } from '../rows/event.ts';
import { nodeRow, occupies } from '../rows/node.ts';
import { replicationControllerRow } from '../rows/replication-controller.ts';
import { serviceRow } from '../rows/service.ts';
import { type Cluster, podsFor, servicesFor } from './cluster.ts';

export interface RowSource<N extends Noun> {
  /** The informers that rows are built from; the first one holds the objects that rows stand for. */
  readonly informers: readonly Pick<Informer<KubeObject>, 'freshness'>[];
  keys(): readonly string[];
  /** Undefined when the object is gone. */
  build(key: string): Rows[N] | undefined;
  /** Calls `touched` with the key of each row to build again. Returns the function that ends this. */
  watch(touched: Touched): () => void;
}

export type RowSources = { readonly [N in Noun]: RowSource<N> };

export function rowSources(cluster: Cluster): RowSources {
  return {
    pods: podSource(cluster),
    nodes: nodeSource(cluster),
    replicationcontrollers: plainSource(cluster.replicationControllers, replicationControllerRow),
    services: serviceSource(cluster),
    events: plainSource(cluster.events, eventRow),
  };
}

type Touched = (key: string) => void;

function touchOwn<T extends KubeObject>(informer: Informer<T>, touched: Touched): () => void {
  return informer.onChange((changes) => {
    for (const { key } of changes) touched(key);
  });
}

function allOf(...stops: readonly (() => void)[]): () => void {
  return () => {
    for (const stop of stops) stop();
  };
}

function touchAll(objects: readonly KubeObject[], touched: Touched): void {
  for (const object of objects) touched(objectKey(object));
}

/** Of rows that need nothing but their object. */
function plainSource<T extends KubeObject, N extends Noun>(
  informer: Informer<T>,
  row: (object: T) => Rows[N],
): RowSource<N> {
  return {
    informers: [informer],
    keys: () => informer.list().map(objectKey),
    build(key) {
      const object = informer.get(key);
      return object && row(object);
    },
    watch: (touched) => touchOwn(informer, touched),
  };
}

function podSource(cluster: Cluster): RowSource<'pods'> {
  return {
    ...plainSource<Pod, 'pods'>(cluster.pods, (pod) => podRowIn(cluster, pod)),
    informers: [cluster.pods, cluster.services],
    watch(touched) {
      return allOf(
        touchOwn(cluster.pods, touched),
        cluster.services.onChange((changes) => {
          for (const { previous, next } of changes) {
            if (previous && next && sameLabels(previous.spec.selector, next.spec.selector)) continue;
            for (const service of [previous, next]) if (service) touchAll(podsFor(cluster, service), touched);
          }
        }),
      );
    },
  };
}

function nodeSource(cluster: Cluster): RowSource<'nodes'> {
  return {
    informers: [cluster.nodes, cluster.pods],
    keys: () => cluster.nodes.list().map(objectKey),
    build(key) {
      const node = cluster.nodes.get(key);
      return node && nodeRow(node, cluster.pods.byIndex('node', key));
    },
    watch(touched) {
      return allOf(
        touchOwn(cluster.nodes, touched),
        cluster.pods.onChange((changes) => {
          for (const { previous, next } of changes) {
            if (placeOf(previous) === placeOf(next)) continue;
            for (const place of [placeOf(previous), placeOf(next)]) if (place) touched(place);
          }
        }),
      );
    },
  };
}

/** The node on which a pod takes room. */
function placeOf(pod: Pod | undefined): string | undefined {
  return pod && occupies(pod) ? pod.spec.nodeName : undefined;
}

function serviceSource(cluster: Cluster): RowSource<'services'> {
  return {
    informers: [cluster.services, cluster.endpoints, cluster.pods],
    keys: () => cluster.services.list().map(objectKey),
    build(key) {
      const service: Service | undefined = cluster.services.get(key);
      return service && serviceRow(service, { endpoints: cluster.endpoints.get(key), pods: podsFor(cluster, service) });
    },
    watch(touched) {
      return allOf(
        touchOwn(cluster.services, touched),
        touchOwn(cluster.endpoints, touched),
        cluster.pods.onChange((changes) => {
          for (const { previous, next } of changes) {
            const [before, after] = [previous?.metadata.labels, next?.metadata.labels];
            if (previous && next && sameLabels(before, after)) continue;
            const { namespace } = (next ?? previous)!.metadata;
            for (const labels of [before, after]) touchAll(servicesFor(cluster, namespace, labels), touched);
          }
        }),
      );
    },
  };
}

function sameLabels(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(a).length === Object.keys(b).length && selectorFromMap(a).matches(b);
}
