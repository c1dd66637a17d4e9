// Owns what a person can know about MutatingWebhookConfiguration and ValidatingWebhookConfiguration beyond the API facts.
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../api/types.ts';
import { duplicate, type FieldError, invalid, required } from '../errors/field-error.ts';
import type { Draft } from '../object.ts';
import { mutatingWebhookConfigurations, validatingWebhookConfigurations } from '../resource.ts';
import { validateMatchConditions, validateRule } from '../validation/admission-rules.ts';
import { givenChoice, problemsOf } from '../validation/field-checks.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { dns1123SubdomainProblems } from '../validation/names.ts';
import { validateReviewVersions, validateWebhookClient } from '../validation/webhook-client.ts';
import { ageColumn, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

const sideEffects = ['None', 'NoneOnDryRun'];

const rules = {
  nameRule: 'dns-subdomain',
  anyFinalizers: true,
  versionedUpdates: true,
  subresources: [],
  countsGenerations: 'all but metadata',
  columns: [
    nameColumn,
    integerColumn<Configuration>('Webhooks', 'How many webhooks are called.', ({ webhooks }) => webhooks?.length ?? 0),
    ageColumn,
  ],
  fieldSelectors: {},
} as const;

export const mutatingWebhookConfigurationKind: Kind<MutatingWebhookConfiguration> = {
  ...rules,
  resource: mutatingWebhookConfigurations,
  setDefaults({ webhooks }) {
    for (const webhook of webhooks ?? []) {
      setDefaults(webhook);
      webhook.reinvocationPolicy ??= 'Never';
    }
  },
  validate: ({ webhooks = [] }) => [
    ...validateWebhooks(webhooks),
    ...webhooks.flatMap(({ reinvocationPolicy }, index) =>
      givenChoice(`webhooks[${index}].reinvocationPolicy`, reinvocationPolicy, ['IfNeeded', 'Never']),
    ),
  ],
};

export const validatingWebhookConfigurationKind: Kind<ValidatingWebhookConfiguration> = {
  ...rules,
  resource: validatingWebhookConfigurations,
  setDefaults({ webhooks }) {
    for (const webhook of webhooks ?? []) setDefaults(webhook);
  },
  validate: ({ webhooks = [] }) => validateWebhooks(webhooks),
};

function setDefaults(webhook: Draft<MutatingWebhook> | Draft<ValidatingWebhook>): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  for (const rule of webhook.rules ?? []) rule.scope ??= '*';
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
}

function validateWebhooks(webhooks: readonly (MutatingWebhook | ValidatingWebhook)[]): FieldError[] {
  const names = new Set<string>();
  return webhooks.flatMap((webhook, index) => {
    const field = `webhooks[${index}]`;
    const errors = validateWebhook(field, webhook);
    if (names.has(webhook.name)) errors.push(duplicate(`${field}.name`, webhook.name));
    if (webhook.name) names.add(webhook.name);
    return errors;
  });
}

function validateWebhook(field: string, webhook: MutatingWebhook | ValidatingWebhook): FieldError[] {
  const { timeoutSeconds = 10 } = webhook;
  return [
    ...validateName(`${field}.name`, webhook.name),
    ...(webhook.rules ?? []).flatMap((rule, index) => validateRule(`${field}.rules[${index}]`, rule)),
    ...givenChoice(`${field}.failurePolicy`, webhook.failurePolicy, ['Fail', 'Ignore']),
    ...givenChoice(`${field}.matchPolicy`, webhook.matchPolicy, ['Equivalent', 'Exact']),
    ...(webhook.sideEffects !== undefined
      ? givenChoice(`${field}.sideEffects`, webhook.sideEffects, sideEffects)
      : [required(`${field}.sideEffects`, `must specify one of ${sideEffects.join(', ')}`)]),
    ...(timeoutSeconds < 1 || timeoutSeconds > 30
      ? [invalid(`${field}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds')]
      : []),
    ...validateLabelSelector(`${field}.namespaceSelector`, webhook.namespaceSelector),
    ...validateLabelSelector(`${field}.objectSelector`, webhook.objectSelector),
    ...validateWebhookClient(`${field}.clientConfig`, webhook.clientConfig ?? {}),
    ...validateMatchConditions(`${field}.matchConditions`, webhook.matchConditions),
    ...validateReviewVersions(`${field}.admissionReviewVersions`, webhook.admissionReviewVersions),
  ];
}

function validateName(field: string, name: string): FieldError[] {
  if (!name) return [required(field)];
  const problems = problemsOf(field, name, dns1123SubdomainProblems(name));
  if (problems.length > 0 || name.split('.').length >= 3) return problems;
  return [invalid(field, name, 'should be a domain with at least three segments separated by dots')];
}
