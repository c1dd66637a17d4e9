// Owns what an update of a pod may change: hardly anything of its spec.
import type { Container, Pod, PodSpec, Toleration } from '../api/types.ts';
import { type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';

const updatable =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export function validatePodUpdate({ spec }: Pod, { spec: old }: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const lists = ['containers', 'initContainers'] as const;
  for (const list of lists) {
    if ((spec[list]?.length ?? 0) !== (old[list]?.length ?? 0))
      return [forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
    spec[list]?.forEach(({ image }, index) => {
      if (!image) errors.push(required(`spec.${list}[${index}].image`));
    });
  }
  errors.push(...validateDeadline(spec, old), ...validateTolerations(spec.tolerations ?? [], old.tolerations ?? []));
  if (!sameJson(withUpdatableOf(spec, old), plain(old)))
    errors.push(
      forbidden(
        'spec',
        `pod updates may not change fields other than ${updatable}\n${JSON.stringify(changedFields(spec, old))}`,
      ),
    );
  return errors;
}

function validateDeadline(spec: PodSpec, old: PodSpec): FieldError[] {
  const field = 'spec.activeDeadlineSeconds';
  const { activeDeadlineSeconds: seconds } = spec;
  const { activeDeadlineSeconds: before } = old;
  if (before === undefined) return [];
  if (seconds === undefined) return [invalid(field, seconds, 'must not update from a positive integer to nil value')];
  return seconds > before ? [invalid(field, seconds, 'must be less than or equal to previous value')] : [];
}

function validateTolerations(tolerations: readonly Toleration[], old: readonly Toleration[]): FieldError[] {
  const withoutSeconds = ({ tolerationSeconds: _, ...rest }: Toleration) => rest;
  const kept = old.every((before) => tolerations.some((now) => sameJson(withoutSeconds(now), withoutSeconds(before))));
  return kept
    ? []
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

/** Fields without those that may change. */
function plain(spec: PodSpec): object {
  const { activeDeadlineSeconds: _, tolerations: __, ...rest } = spec;
  return rest;
}

/** The new spec with the old values of what may change. */
function withUpdatableOf(spec: PodSpec, old: PodSpec): object {
  const images = (containers: readonly Container[] | undefined, before: readonly Container[] | undefined) =>
    containers?.map((container, index) => ({ ...container, image: before?.[index]?.image }));
  const result: Record<string, unknown> = { ...plain(spec), containers: images(spec.containers, old.containers) };
  if (spec.initContainers) result.initContainers = images(spec.initContainers, old.initContainers);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    result.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  return result;
}

/** The names of the fields that differ, for the message. */
function changedFields(spec: PodSpec, old: PodSpec): string[] {
  const names = new Set([...Object.keys(spec), ...Object.keys(old)]) as Set<keyof PodSpec>;
  return [...names].filter((name) => !sameJson(spec[name], old[name])).map((name) => `spec.${name}`);
}
