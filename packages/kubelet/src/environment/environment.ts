// Owns a container's environment: values, references, the services of the namespace, `$(NAME)`.
import {
  type ConfigMap,
  type Container,
  configMaps,
  type EnvVar,
  type KubeObject,
  type Resource,
  type Secret,
  type Service,
  secrets,
} from '@berth/objects';
import { expand } from './expansion.ts';
import { fieldValue, type PodFacts, resourceValue } from './fields.ts';
import { serviceVariables, type Variable } from './service-links.ts';

/** Reads what a pod refers to, of the pod's own namespace; undefined: there is none. */
export interface ReferenceReader {
  read<T extends KubeObject>(resource: Resource<T>, name: string): Promise<T | undefined>;
}

/** The container's configuration refers to something that is not there, or cannot be understood. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export interface EnvironmentSources {
  readonly facts: PodFacts;
  readonly references: ReferenceReader;
  /** The services of the pod's namespace. */
  readonly services: readonly Service[];
  /** The cluster's own service, which every pod is told of. */
  readonly clusterService: Service | undefined;
}

export async function environmentOf(container: Container, sources: EnvironmentSources): Promise<Map<string, string>> {
  const services = serviceEnvironment(sources);
  const result = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    const data = await allKeys(sources.references, source);
    for (const [key, value] of Object.entries(data)) result.set(`${source.prefix ?? ''}${key}`, value);
  }
  for (const variable of container.env ?? []) {
    // A variable may use those before it, and the services'.
    const known = new Map([...services, ...result]);
    const value = variable.valueFrom
      ? await referredValue(variable, container, sources)
      : expand(variable.value ?? '', known);
    if (value !== undefined) result.set(variable.name, value);
  }
  // What the pod says itself wins.
  return new Map([...services, ...result]);
}

function serviceEnvironment({ facts, services, clusterService }: EnvironmentSources): Map<string, string> {
  const own = facts.pod.spec.enableServiceLinks === false ? [] : services;
  const all = clusterService ? [clusterService, ...own] : own;
  return new Map(serviceVariables(all).map(({ name, value }: Variable) => [name, value]));
}

async function referredValue(
  variable: EnvVar,
  container: Container,
  { facts, references }: EnvironmentSources,
): Promise<string | undefined> {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) {
    const value = fieldValue(facts, fieldRef.fieldPath);
    if (value === undefined) throw new ConfigurationError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return value;
  }
  if (resourceFieldRef) {
    const value = resourceValue(facts, resourceFieldRef, container.name);
    if (value === undefined)
      throw new ConfigurationError(`unsupported container resource: ${resourceFieldRef.resource}`);
    return value;
  }
  const keyRef = configMapKeyRef ?? secretKeyRef;
  if (!keyRef) return '';
  const kind = configMapKeyRef ? 'configmap' : 'secret';
  const name = keyRef.name ?? '';
  const data = configMapKeyRef ? await configMapKeys(references, name) : await secretKeys(references, name);
  if (!data) {
    if (keyRef.optional) return undefined;
    throw new ConfigurationError(`${kind} "${name}" not found`);
  }
  const value = data[keyRef.key];
  if (value !== undefined || keyRef.optional) return value;
  const place = `${facts.pod.metadata.namespace}/${name}`;
  throw new ConfigurationError(
    `couldn't find key ${keyRef.key} in ${configMapKeyRef ? 'ConfigMap' : 'Secret'} ${place}`,
  );
}

async function allKeys(
  references: ReferenceReader,
  source: NonNullable<Container['envFrom']>[number],
): Promise<Readonly<Record<string, string>>> {
  const reference = source.configMapRef ?? source.secretRef;
  if (!reference) return {};
  const name = reference.name ?? '';
  const data = source.configMapRef ? await configMapKeys(references, name) : await secretKeys(references, name);
  if (data || reference.optional) return data ?? {};
  throw new ConfigurationError(`${source.configMapRef ? 'configmap' : 'secret'} "${name}" not found`);
}

async function configMapKeys(references: ReferenceReader, name: string): Promise<ConfigMap['data'] | undefined> {
  const found = await references.read(configMaps, name);
  return found && (found.data ?? {});
}

async function secretKeys(references: ReferenceReader, name: string): Promise<Record<string, string> | undefined> {
  const found: Secret | undefined = await references.read(secrets, name);
  if (!found) return undefined;
  const entries = Object.entries(found.data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
}
