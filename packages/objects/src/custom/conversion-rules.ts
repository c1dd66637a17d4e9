// Owns what may be said about the conversion of custom resources between their versions.
import type { CustomResourceConversion } from '../api/types.ts';
import { type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import { requiredChoice } from '../validation/field-checks.ts';
import { dns1035LabelProblems, rangeProblem } from '../validation/names.ts';

type ClientConfig = NonNullable<NonNullable<CustomResourceConversion['webhook']>['clientConfig']>;

export function conversionErrors(conversion: CustomResourceConversion | undefined, path: string): FieldError[] {
  if (!conversion) return [];
  const { strategy, webhook } = conversion;
  const errors = requiredChoice(`${path}.strategy`, strategy, ['None', 'Webhook']);
  const config = `${path}.webhookClientConfig`;
  if (strategy === 'Webhook')
    return [
      ...errors,
      ...(webhook?.clientConfig
        ? clientConfigErrors(webhook.clientConfig, config)
        : [required(config, 'required when strategy is set to Webhook')]),
      ...reviewVersionErrors(webhook?.conversionReviewVersions ?? [], `${path}.conversionReviewVersions`),
    ];
  const problem = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig) errors.push(forbidden(config, problem));
  if (webhook?.conversionReviewVersions.length) errors.push(forbidden(`${path}.conversionReviewVersions`, problem));
  return errors;
}

function clientConfigErrors({ url, service, caBundle }: ClientConfig, path: string): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(path, 'exactly one of url or service is required')];
  return [
    ...(url === undefined ? [] : urlErrors(url, `${path}.url`)),
    ...(service ? serviceErrors(service, `${path}.service`) : []),
    ...(caBundle && !Buffer.from(caBundle, 'base64').includes('-----BEGIN CERTIFICATE-----')
      ? [invalid(`${path}.caBundle`, caBundle, 'unable to load root certificates: unable to parse bytes as PEM block')]
      : []),
  ];
}

function urlErrors(text: string, path: string): FieldError[] {
  if (!URL.canParse(text)) return [required(path, `url must be a valid URL: parse ${JSON.stringify(text)}`)];
  const { protocol, username, password, hash, search } = new URL(text);
  const form = 'desired format: https://host[/path]';
  return [
    ...(protocol === 'https:'
      ? []
      : [invalid(path, protocol.slice(0, -1), `'https' is the only allowed URL scheme; ${form}`)]),
    ...(username || password ? [invalid(path, username, 'user information is not permitted in the URL')] : []),
    ...(hash ? [invalid(path, hash.slice(1), 'fragments are not permitted in the URL')] : []),
    ...(search ? [invalid(path, search.slice(1), 'query parameters are not permitted in the URL')] : []),
  ];
}

function serviceErrors(service: NonNullable<ClientConfig['service']>, path: string): FieldError[] {
  const { name, namespace, path: urlPath, port = 443 } = service;
  return [
    ...(name ? [] : [required(`${path}.name`, 'service name is required')]),
    ...(namespace ? [] : [required(`${path}.namespace`, 'service namespace is required')]),
    ...(port >= 1 && port <= 65535
      ? []
      : [invalid(`${path}.port`, port, `port is not valid: ${rangeProblem(1, 65535)}`)]),
    ...(urlPath !== undefined && !urlPath.startsWith('/')
      ? [invalid(`${path}.path`, urlPath, "must start with a '/'")]
      : []),
  ];
}

const knownReviews = ['v1', 'v1beta1'];

function reviewVersionErrors(versions: readonly string[], path: string): FieldError[] {
  if (versions.length === 0) return [required(path)];
  const errors = versions.flatMap((version, index) => {
    if (versions.indexOf(version) < index) return [invalid(`${path}[${index}]`, version, 'duplicate version')];
    return dns1035LabelProblems(version).map((problem) => invalid(`${path}[${index}]`, version, problem));
  });
  // Reviews are sent as v1 alone.
  if (!versions.some((version) => knownReviews.includes(version)))
    errors.push(invalid(path, versions, `must include at least one of ${knownReviews.join(', ')}`));
  return errors;
}
