// Owns validation of a label selector in its structured form.
import type { LabelSelector } from '../api/types.ts';
import { type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import { labels, problemsOf } from './field-checks.ts';
import { qualifiedNameProblems } from './names.ts';

export function validateLabelSelector(field: string, selector: LabelSelector | undefined): FieldError[] {
  const expressions = (selector?.matchExpressions ?? []).flatMap(({ key, operator, values = [] }, index) => {
    const item = `${field}.matchExpressions[${index}]`;
    const errors: FieldError[] = [];
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(required(`${item}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        errors.push(forbidden(`${item}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else errors.push(invalid(`${item}.operator`, operator, 'not a valid selector operator'));
    return [...errors, ...problemsOf(`${item}.key`, key, qualifiedNameProblems(key))];
  });
  return [...labels(`${field}.matchLabels`, selector?.matchLabels), ...expressions];
}
