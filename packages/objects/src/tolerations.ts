// Owns whether a pod tolerates a taint. Source: Kubernetes, "Taints and Tolerations".
import type { PodSpec, Taint, Toleration } from './api/types.ts';

export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  return (
    (!effect || effect === taint.effect) &&
    (!key || key === taint.key) &&
    (operator === 'Exists' || (key !== undefined && (value ?? '') === (taint.value ?? '')))
  );
}

export function isTolerated({ tolerations = [] }: Pick<PodSpec, 'tolerations'>, taint: Taint): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}
