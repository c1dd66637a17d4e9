// Owns the admission of policies themselves, as far as their expressions are concerned: what could never be evaluated is
// refused when it is written, and what does not suit the kinds that the policy is about is told in its status.
import { invalidError, type ValidatingAdmissionPolicy, validatingAdmissionPolicies } from '@berth/objects';
import { type AdmissionPlugin, writeOf } from '../plugin.ts';
import { policyErrors } from './compile-policy.ts';
import { typeWarnings } from './type-checking.ts';

export const policyExpressions: AdmissionPlugin = {
  name: 'PolicyExpressions',
  validate(request) {
    const write = writeOf(request, validatingAdmissionPolicies);
    const errors = write ? policyErrors(write.draft as ValidatingAdmissionPolicy) : [];
    if (errors.length > 0) throw invalidError(request.resource, request.name, errors);
  },
  allocate(request) {
    const { draft, old } = writeOf(request, validatingAdmissionPolicies) ?? {};
    const { generation } = draft?.metadata ?? {};
    if (!draft || generation === old?.metadata.generation) return;
    const warnings = typeWarnings(draft as ValidatingAdmissionPolicy);
    const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
    draft.status = { ...draft.status, observedGeneration: generation, typeChecking };
  },
};
