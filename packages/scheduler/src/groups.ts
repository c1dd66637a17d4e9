// Owns which sets of pods should be spread over the nodes: each controller's and each service's.
import { objectKey, type Pod, type Selector, type Service, selectorFromMap } from '@berth/objects';

export class SpreadGroups {
  /** namespace → service → its selector. */
  readonly #services = new Map<string, Map<string, Selector>>();

  /** Whether the change can change the groups of pods. */
  setService(service: Service): boolean {
    const { namespace = '' } = service.metadata;
    const key = objectKey(service);
    const selector = selectorFromMap(service.spec.selector);
    const before = this.#services.get(namespace)?.get(key);
    if (selector.matchesAll) return this.#remove(namespace, key);
    if (before?.toString() === selector.toString()) return false;
    const inNamespace = this.#services.get(namespace) ?? new Map<string, Selector>();
    this.#services.set(namespace, inNamespace.set(key, selector));
    return true;
  }

  removeService(service: Service): boolean {
    return this.#remove(service.metadata.namespace ?? '', objectKey(service));
  }

  of(pod: Pod): string[] {
    const groups: string[] = [];
    const controller = pod.metadata.ownerReferences?.find((owner) => owner.controller === true);
    if (controller) groups.push(`controller ${controller.uid}`);
    for (const [service, selector] of this.#services.get(pod.metadata.namespace ?? '') ?? [])
      if (selector.matches(pod.metadata.labels)) groups.push(`service ${service}`);
    return groups;
  }

  #remove(namespace: string, key: string): boolean {
    const inNamespace = this.#services.get(namespace);
    if (!inNamespace?.delete(key)) return false;
    if (inNamespace.size === 0) this.#services.delete(namespace);
    return true;
  }
}
