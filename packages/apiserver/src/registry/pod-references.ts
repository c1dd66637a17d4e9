// Owns which secrets and config maps a pod refers to: those that the agent of its node has to read. Pure.
import type { Pod } from '@berth/objects';

export type Referred = 'secrets' | 'configmaps';

/** Whether the pod refers to the object of its namespace. */
export function refersTo(pod: Pod, what: Referred, name: string): boolean {
  return (what === 'secrets' ? secretsOf(pod) : configMapsOf(pod)).includes(name);
}

type Names = readonly (string | undefined)[];

function secretsOf({ spec }: Pod): Names {
  const volumes = spec.volumes ?? [];
  return [
    ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
    ...volumes.map(({ secret }) => secret?.secretName),
    ...projectedIn(spec).map(({ secret }) => secret?.name),
    ...valuesOf(spec).map((source) => source?.secretKeyRef?.name),
    ...importedBy(spec).map(({ secretRef }) => secretRef?.name),
  ];
}

function configMapsOf({ spec }: Pod): Names {
  const volumes = spec.volumes ?? [];
  return [
    ...volumes.map(({ configMap }) => configMap?.name),
    ...projectedIn(spec).map(({ configMap }) => configMap?.name),
    ...valuesOf(spec).map((source) => source?.configMapKeyRef?.name),
    ...importedBy(spec).map(({ configMapRef }) => configMapRef?.name),
  ];
}

function projectedIn({ volumes = [] }: Pod['spec']) {
  return volumes.flatMap(({ projected }) => projected?.sources ?? []);
}

function valuesOf(spec: Pod['spec']) {
  return containersOf(spec).flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom));
}

function importedBy(spec: Pod['spec']) {
  return containersOf(spec).flatMap(({ envFrom = [] }) => envFrom);
}

function containersOf({ containers, initContainers = [], ephemeralContainers = [] }: Pod['spec']) {
  return [...containers, ...initContainers, ...ephemeralContainers];
}
