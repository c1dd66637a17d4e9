// Owns the scale subresource: an object seen as an autoscaling/v1 Scale, a Scale's change of the object, and its columns.
import type { Scale } from '../api/types.ts';
import type { DocumentType } from '../documents/form.ts';
import { type FieldError, invalid } from '../errors/field-error.ts';
import type { Draft, KubeObject } from '../object.ts';
import { negativeProblem } from '../validation/field-checks.ts';
import { ageColumn, integerColumn, nameColumn } from './columns.ts';
import type { Column, Kind } from './kind.ts';

/** What a client sends to a scale subresource. */
export const scaleDocument: DocumentType<Scale> = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  type: 'io.k8s.api.autoscaling.v1.Scale',
};

/** The object as a Scale; undefined for kinds that do not scale. */
export function scaleOf<T extends KubeObject>(kind: Kind<T>, object: T): Scale | undefined {
  if (!kind.scale) return undefined;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    ...kind.scale.read(object),
  };
}

/** Sets the replicas that a Scale asks for, or says what is wrong with it. */
export function applyScale<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>, scale: Scale): FieldError[] {
  const replicas = scale.spec.replicas ?? 0;
  if (replicas < 0) return [invalid('spec.replicas', replicas, negativeProblem)];
  kind.scale?.setReplicas(draft, replicas);
  return [];
}

/** How a Scale is printed. Source: Kubernetes' printers. */
export const scaleColumns: readonly Column<Scale>[] = [
  nameColumn,
  integerColumn('Desired', 'How many replicas are wanted.', ({ spec }) => spec.replicas ?? 0),
  integerColumn('Available', 'How many replicas there are.', ({ status }) => status.replicas),
  ageColumn,
];
