// Owns the approval that definitions in Kubernetes' own groups must have. Source: Kubernetes' API review policy for
// CustomResourceDefinitions.
import { type FieldError, invalid, required } from '../errors/field-error.ts';

const approval = 'api-approved.kubernetes.io';

/** Whether the group is Kubernetes' own, whose APIs its community approves. */
export function isProtectedGroup(group: string): boolean {
  return /(^|\.)(k8s|kubernetes)\.io$/.test(group);
}

/** How a definition in a protected group stands with its approval; `problem` for what may not be. */
export function approvalOf(annotations: Readonly<Record<string, string>> | undefined): {
  readonly state: 'missing' | 'invalid' | 'approved' | 'bypassed';
  readonly problem: string;
} {
  const value = annotations?.[approval];
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  if (!value)
    return { state: 'missing', problem: `protected groups must have approval annotation "${approval}", ${see}` };
  if (value.startsWith('unapproved')) return { state: 'bypassed', problem: `not approved: "${value}"` };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.test(value)) return { state: 'approved', problem: '' };
  const problem = `protected groups must have approval annotation "${approval}" with either a URL or a reason starting with "unapproved", ${see}`;
  return { state: 'invalid', problem };
}

export function approvalErrors(group: string, annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  if (!isProtectedGroup(group)) return [];
  const { state, problem } = approvalOf(annotations);
  const path = `metadata.annotations[${approval}]`;
  if (state === 'missing') return [required(path, problem)];
  return state === 'invalid' ? [invalid(path, annotations?.[approval], problem)] : [];
}
