// Owns the scale subresource of custom resources: the fields in which a definition says that the replicas are.
import type { CustomResourceSubresourceScale } from '../api/types.ts';
import type { FieldError } from '../errors/field-error.ts';
import { getKey, isObject, type JsonObject, setKey } from '../json-value.ts';
import type { ScaleAccess } from '../kinds/kind.ts';
import type { KubeObject } from '../object.ts';
import { shownValue, valueError } from './go-value.ts';

export function scaleAccess(definition: CustomResourceSubresourceScale): ScaleAccess<KubeObject> {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = definition;
  return {
    read(object) {
      const replicas = valueAt(object, specReplicasPath);
      const current = valueAt(object, statusReplicasPath);
      const selector = labelSelectorPath ? valueAt(object, labelSelectorPath) : undefined;
      return {
        spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
        status: {
          replicas: typeof current === 'number' ? current : 0,
          ...(typeof selector === 'string' && selector !== '' ? { selector } : {}),
        },
      };
    },
    setReplicas: (draft, replicas) => setAt(draft as unknown as JsonObject, namesIn(specReplicasPath), replicas),
  };
}

/** Of the simple paths of a scale: names behind dots. */
function namesIn(path: string): string[] {
  return path.split('.').slice(1);
}

function valueAt(object: object, path: string): unknown {
  return namesIn(path).reduce<unknown>((value, name) => (isObject(value) ? getKey(value, name) : undefined), object);
}

function setAt(object: JsonObject, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    setKey(object, name, value);
    return;
  }
  const found = getKey(object, name);
  const inner = isObject(found) ? found : {};
  setKey(object, name, inner);
  setAt(inner, rest, value);
}

const most = 2 ** 31 - 1;

/** What replicas may be, whatever the schema says. */
export function scaleErrors(definition: CustomResourceSubresourceScale, object: object): FieldError[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = definition;
  const selector = labelSelectorPath ? valueAt(object, labelSelectorPath) : undefined;
  return [
    ...replicaErrors(specReplicasPath, valueAt(object, specReplicasPath)),
    ...replicaErrors(statusReplicasPath, valueAt(object, statusReplicasPath)),
    ...(selector === undefined || selector === null || typeof selector === 'string'
      ? []
      : [valueError(labelSelectorPath!.slice(1), '', accessorProblem(labelSelectorPath!, selector, 'string'))]),
  ];
}

function replicaErrors(path: string, value: unknown): FieldError[] {
  if (value === undefined || value === null) return [];
  const field = path.slice(1);
  if (typeof value !== 'number' || !Number.isInteger(value))
    return [valueError(field, 0, accessorProblem(path, value, 'int64'))];
  if (value < 0) return [valueError(field, value, 'should be a non-negative integer')];
  return value > most ? [valueError(field, value, `should be less than or equal to ${most}`)] : [];
}

function accessorProblem(path: string, value: unknown, expected: string): string {
  const shown = typeof value === 'object' ? shownValue(value) : String(value);
  return `${path} accessor error: ${shown} is of the type ${goTypeOf(value)}, expected ${expected}`;
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'float64' : 'string';
}
