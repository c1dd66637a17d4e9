// Owns the admission of policies themselves, as far as their expressions are concerned: what could never be evaluated is
// refused when it is written.
import { invalidError, type ValidatingAdmissionPolicy, validatingAdmissionPolicies } from '@berth/objects';
import { type AdmissionPlugin, writeOf } from '../plugin.ts';
import { policyErrors } from './compile-policy.ts';

export const policyExpressions: AdmissionPlugin = {
  name: 'PolicyExpressions',
  validate(request) {
    const write = writeOf(request, validatingAdmissionPolicies);
    const errors = write ? policyErrors(write.draft as ValidatingAdmissionPolicy) : [];
    if (errors.length > 0) throw invalidError(request.resource, request.name, errors);
  },
};
