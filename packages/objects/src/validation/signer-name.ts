// Owns the format of a signer's name: a domain and a path, `example.com/my-signer`.
// Source: Kubernetes, "Certificates and Certificate Signing Requests".
import { type FieldError, invalid, required, tooLong } from '../errors/field-error.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from './names.ts';

const maxDomain = 253;
/** Room for the name of a namespaced resource: `namespace.name`. */
const maxPath = 253 + 63 + 1;
const maxName = maxDomain + maxPath + 1;

export function validateSignerName(field: string, name: string): FieldError[] {
  if (!name) return [required(field, 'signerName must be provided')];
  const [domain = '', path, ...others] = name.split('/');
  if (path === undefined || others.length > 0) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(field, name, form)];
  }
  const errors: FieldError[] = [];
  if (domain.length > maxDomain) errors.push(tooLong(field, maxDomain));
  const labels = domain.split('.');
  const problem = (part: string, label: string) => (text: string) =>
    invalid(field, part, `validating label ${JSON.stringify(label)}: ${text}`);
  for (const label of labels) errors.push(...dns1123LabelProblems(label).map(problem(domain, label)));
  if (labels.length < 2)
    errors.push(invalid(field, domain, 'should be a domain with at least two segments separated by dots'));
  for (const label of path.split('.')) errors.push(...dns1123SubdomainProblems(label).map(problem(path, label)));
  if (path.length > maxPath) errors.push(tooLong(field, maxPath));
  if (name.length > maxName) errors.push(tooLong(field, maxName));
  return errors;
}
