// Owns which container on which node a log, a command or a port is about. Source: Kubernetes, registry of pods.
import { badRequestError, type Pod } from '@berth/objects';

/** Throws BadRequest if the pod has no such container, or several and none was named. */
export function containerOf(pod: Pod, asked: string | undefined): string {
  const { name } = pod.metadata;
  const containers = pod.spec.containers.map((container) => container.name);
  const inits = (pod.spec.initContainers ?? []).map((container) => container.name);
  if (asked) {
    const ephemeral = (pod.spec.ephemeralContainers ?? []).map((container) => container.name);
    if ([...containers, ...inits, ...ephemeral].includes(asked)) return asked;
    throw badRequestError(`container ${asked} is not valid for pod ${name}`);
  }
  const preferred = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (preferred && containers.includes(preferred)) return preferred;
  if (containers.length === 1) return containers[0]!;
  const withInits = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
  throw badRequestError(
    `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${withInits}`,
  );
}

/** Throws BadRequest while there is no node that could answer. */
export function nodeNameOf(pod: Pod): string {
  if (!pod.spec.nodeName) throw badRequestError(`pod ${pod.metadata.name} does not have a host assigned`);
  return pod.spec.nodeName;
}

/** Throws BadRequest if nothing runs in the pod any more; `act` is what then cannot be done. */
export function checkRunning(pod: Pod, act: string): void {
  const phase = pod.status.phase;
  if (phase === 'Succeeded' || phase === 'Failed')
    throw badRequestError(`cannot ${act} a completed pod; current phase is ${phase}`);
}
