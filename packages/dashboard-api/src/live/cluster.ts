// Owns what the gateway itself watches of the cluster: one informer per noun, shared by all browsers, with the indexes
// by which related objects are found.
import type { Reader, Watcher } from '@berth/client';
import type { Clock, Component, Logger } from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import {
  type Endpoints,
  type Event,
  endpoints,
  events,
  type Namespace,
  type Node,
  namespaces,
  nodes,
  type Pod,
  pods,
  type ReplicationController,
  replicationControllers,
  type Service,
  selectorFromMap,
  services,
} from '@berth/objects';

export interface Cluster {
  /** Indexes: `node`, its name; `owner`, the uid of the controller. */
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly replicationControllers: Informer<ReplicationController>;
  /** Index `selects`: `namespace/key=value` of one entry of the selector. */
  readonly services: Informer<Service>;
  readonly endpoints: Informer<Endpoints>;
  /** Index `object`: what `eventTarget` makes of the object that the event is about. */
  readonly events: Informer<Event>;
  readonly namespaces: Informer<Namespace>;
}

export function createCluster(options: { client: Reader & Watcher; clock: Clock; log: Logger }): Cluster {
  return {
    pods: createInformer({
      ...options,
      resource: pods,
      indexes: {
        node: (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []),
        owner: (pod) => {
          const uid = controllerOf(pod)?.uid;
          return uid ? [uid] : [];
        },
      },
    }),
    nodes: createInformer({ ...options, resource: nodes }),
    replicationControllers: createInformer({ ...options, resource: replicationControllers }),
    services: createInformer({
      ...options,
      resource: services,
      indexes: {
        selects: ({ metadata, spec }) => {
          const first = Object.entries(spec.selector ?? {})[0];
          return first ? [`${metadata.namespace}/${first[0]}=${first[1]}`] : [];
        },
      },
    }),
    endpoints: createInformer({ ...options, resource: endpoints }),
    events: createInformer({
      ...options,
      resource: events,
      indexes: {
        object: ({ involvedObject }) =>
          involvedObject.name
            ? [eventTarget(involvedObject.kind ?? '', involvedObject.namespace, involvedObject.name)]
            : [],
      },
    }),
    namespaces: createInformer({ ...options, resource: namespaces }),
  };
}

/** Starts all of them at once; resolves when each has its first list. */
export function clusterComponent(cluster: Cluster): Component {
  return {
    name: 'dashboard informers',
    async start(signal) {
      // Each gets a signal of its own: none collects the listeners of all.
      const informers: Component[] = Object.values(cluster);
      const running = await Promise.all(informers.map((informer) => informer.start(AbortSignal.any([signal]))));
      return { done: Promise.all(running.map(({ done }) => done)).then(() => undefined) };
    },
  };
}

export function eventTarget(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

export function controllerOf(pod: Pod) {
  return pod.metadata.ownerReferences?.find((reference) => reference.controller);
}

/** The services whose selector matches labels in a namespace, by name. */
export function servicesFor(
  cluster: Pick<Cluster, 'services'>,
  namespace: string | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): readonly Service[] {
  const candidates = Object.entries(labels ?? {}).flatMap(([key, value]) =>
    cluster.services.byIndex('selects', `${namespace}/${key}=${value}`),
  );
  return candidates
    .filter((service) => selectorFromMap(service.spec.selector).matches(labels))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The pods that a service's selector matches; none without a selector. */
export function podsFor(cluster: Pick<Cluster, 'pods'>, service: Service): readonly Pod[] {
  const selector = selectorFromMap(service.spec.selector);
  if (selector.matchesAll) return [];
  return cluster.pods.list(service.metadata.namespace).filter((pod) => selector.matches(pod.metadata.labels));
}
