// Owns validation of a container's environment.
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from '../api/types.ts';
import { type FieldError, invalid, notSupported, required } from '../errors/field-error.ts';
import { problemsOf, requiredText } from './field-checks.ts';
import {
  configMapKeyProblems,
  dns1123SubdomainProblems,
  environmentNameProblems,
  qualifiedNameProblems,
} from './names.ts';

const environmentFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Every field that the downward API knows; not each of them everywhere. */
const podFields = [
  ...environmentFields,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
];
const containerResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function validateEnvironment(field: string, variables: readonly EnvVar[]): FieldError[] {
  return variables.flatMap((variable, index) => [
    ...requiredText(`${field}[${index}].name`, variable.name, environmentNameProblems),
    ...(variable.valueFrom ? validateSource(`${field}[${index}].valueFrom`, variable.valueFrom, variable.value) : []),
  ]);
}

function validateSource(field: string, source: EnvVarSource, value: string | undefined): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldRef(`${field}.fieldRef`, fieldRef, environmentFields));
  if (resourceFieldRef) errors.push(...validateResourceFieldRef(`${field}.resourceFieldRef`, resourceFieldRef));
  if (configMapKeyRef) errors.push(...validateKeyRef(`${field}.configMapKeyRef`, configMapKeyRef));
  if (secretKeyRef) errors.push(...validateKeyRef(`${field}.secretKeyRef`, secretKeyRef));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length;
  if (sources === 0)
    errors.push(
      invalid(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'),
    );
  if (value && sources > 0) errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  else if (sources > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  return errors;
}

/** A reference to a field of the pod itself. `supported` says which may be named. */
export function validateFieldRef(
  field: string,
  { apiVersion, fieldPath }: ObjectFieldSelector,
  supported: readonly string[],
): FieldError[] {
  if (!apiVersion) return [required(`${field}.apiVersion`)];
  if (!fieldPath) return [required(`${field}.fieldPath`)];
  const cannotConvert = (problem: string) => [
    invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${problem}`),
  ];
  const [, path, key = ''] = /^(.*)\['(.*)'\]$/.exec(fieldPath) ?? [];
  if (path === 'metadata.annotations' || path === 'metadata.labels')
    return problemsOf(field, key, qualifiedNameProblems(path === 'metadata.annotations' ? key.toLowerCase() : key));
  if (path !== undefined) return cannotConvert(`field label does not support subscript: ${fieldPath}`);
  if (!podFields.includes(fieldPath)) return cannotConvert(`field label not supported: ${fieldPath}`);
  return supported.includes(fieldPath) ? [] : [notSupported(`${field}.fieldPath`, fieldPath, supported)];
}

/** A reference to a request or limit of a container. */
export function validateResourceFieldRef(field: string, { resource }: ResourceFieldSelector): FieldError[] {
  if (!resource) return [required(`${field}.resource`)];
  if (containerResources.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource)) return [];
  return [notSupported(`${field}.resource`, resource, containerResources)];
}

function validateKeyRef(
  field: string,
  { name = '', key }: { readonly name?: string; readonly key: string },
): FieldError[] {
  return [
    ...problemsOf(`${field}.name`, name, dns1123SubdomainProblems(name)),
    ...requiredText(`${field}.key`, key, configMapKeyProblems),
  ];
}

export function validateEnvironmentFrom(field: string, sources: readonly EnvFromSource[]): FieldError[] {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const item = `${field}[${index}]`;
    const errors = prefix ? problemsOf(`${item}.prefix`, prefix, environmentNameProblems(prefix)) : [];
    if (configMapRef && !configMapRef.name) errors.push(required(`${item}.configMapRef.name`));
    if (secretRef && !secretRef.name) errors.push(required(`${item}.secretRef.name`));
    if (!configMapRef && !secretRef)
      errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef)
      errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
