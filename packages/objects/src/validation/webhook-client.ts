// Owns validation of where a webhook is called: a URL, or a service of the cluster. Source: Kubernetes API reference,
// admissionregistration.k8s.io/v1 WebhookClientConfig, which apiextensions.k8s.io/v1 has too.
import type { ServiceReference, WebhookClientConfig } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { problemsOf } from './field-checks.ts';
import { dns1035LabelProblems, dns1123SubdomainProblems, portNumberProblems } from './names.ts';

const form = '; desired format: https://host[/path]';
/** Those whose form is known here, the best last. */
const knownVersions = ['v1', 'v1beta1'];

export function validateWebhookClient(
  field: string,
  { url, service }: Pick<WebhookClientConfig, 'url' | 'service'>,
): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(field, 'exactly one of url or service is required')];
  return url === undefined ? validateService(`${field}.service`, service!) : validateUrl(`${field}.url`, url);
}

function validateUrl(field: string, text: string): FieldError[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return [required(field, `url must be a valid URL: ${JSON.stringify(text)}${form}`)];
  const errors: FieldError[] = [];
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'https') errors.push(invalid(field, scheme, `'https' is the only allowed URL scheme${form}`));
  if (!url.host) errors.push(invalid(field, url.host, `host must be specified${form}`));
  if (url.username || url.password)
    errors.push(invalid(field, url.username, 'user information is not permitted in the URL'));
  if (url.hash) errors.push(invalid(field, url.hash.slice(1), 'fragments are not permitted in the URL'));
  if (url.search) errors.push(invalid(field, url.search.slice(1), 'query parameters are not permitted in the URL'));
  return errors;
}

function validateService(field: string, { name, namespace, path, port = 443 }: ServiceReference): FieldError[] {
  return [
    ...(name ? [] : [required(`${field}.name`, 'service name is required')]),
    ...(namespace ? [] : [required(`${field}.namespace`, 'service namespace is required')]),
    ...portNumberProblems(port).map((problem) => invalid(`${field}.port`, port, `port is not valid: ${problem}`)),
    ...validatePath(`${field}.path`, path),
  ];
}

function validatePath(field: string, path: string | undefined): FieldError[] {
  if (!path || path === '/') return [];
  const errors = path.startsWith('/') ? [] : [invalid(field, path, "must start with a '/'")];
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment === '') errors.push(invalid(field, path, `segment[${index}] may not be empty`));
    else
      for (const problem of dns1123SubdomainProblems(segment))
        errors.push(invalid(field, path, `segment[${index}]: ${problem}`));
  }
  return errors;
}

/** The versions of the review that a webhook takes; what it takes of ours must be among them. */
export function validateReviewVersions(field: string, versions: readonly string[] = []): FieldError[] {
  if (versions.length === 0) return [required(field, `must specify one of ${knownVersions.join(', ')}`)];
  const errors = versions.flatMap((version, index) => [
    ...(versions.indexOf(version) < index ? [invalid(`${field}[${index}]`, version, 'duplicate version')] : []),
    ...problemsOf(`${field}[${index}]`, version, dns1035LabelProblems(version)),
  ]);
  if (!versions.some((version) => knownVersions.includes(version)))
    errors.push(invalid(field, versions, `must include at least one of ${knownVersions.join(', ')}`));
  return errors;
}
