// Owns what may be written through a pod's subresource `ephemeralcontainers`: additions, and nothing else.
// Source: Kubernetes, "Ephemeral Containers".
import type { Pod } from '../api/types.ts';
import { type FieldError, forbidden } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { draftOf } from '../object.ts';
import { validatePodSpec } from '../validation/pod-spec.ts';
import type { PartRules } from './kind.ts';

const field = 'spec.ephemeralContainers';
const mirrorAnnotation = 'kubernetes.io/config.mirror';

export const ephemeralContainersPart: PartRules<Pod> = {
  within: 'spec',
  prepareForUpdate(draft, old) {
    const { ephemeralContainers } = draft.spec;
    const { resourceVersion, managedFields } = draft.metadata;
    const kept = draftOf(old);
    Object.assign(draft, kept, {
      metadata: { ...kept.metadata, resourceVersion, ...(managedFields ? { managedFields } : {}) },
      spec: { ...kept.spec, ...(ephemeralContainers ? { ephemeralContainers } : {}) },
    });
    if (!ephemeralContainers) delete draft.spec.ephemeralContainers;
  },
  validateUpdate({ spec }, old) {
    if (old.metadata.annotations?.[mirrorAnnotation])
      return [forbidden('', 'static pods do not support ephemeral containers')];
    return [...validatePodSpec('spec', spec, { inTemplate: false }), ...kept(spec, old.spec)];
  },
};

function kept({ ephemeralContainers: now = [] }: Pod['spec'], { ephemeralContainers = [] }: Pod['spec']): FieldError[] {
  return ephemeralContainers.flatMap((before) => {
    const after = now.find(({ name }) => name === before.name);
    const name = JSON.stringify(before.name);
    if (!after) return [forbidden(field, `existing ephemeral containers ${name} may not be removed\n`)];
    return sameJson(after, before)
      ? []
      : [forbidden(field, `existing ephemeral containers ${name} may not be changed\n`)];
  });
}
