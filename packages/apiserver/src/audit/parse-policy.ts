// Owns the reading of an audit policy file: YAML or JSON, checked in Kubernetes' words before anything is served.
import { type FieldError, invalid, notSupported, required } from '@berth/objects';
import { parse } from 'yaml';
import { type AuditPolicy, type AuditRule, auditLevels, auditStages, type GroupResources } from './policy.ts';

type Fields = Readonly<Record<string, unknown>>;
/** Checks one value and says what is wrong with it. */
type Check = (field: string, value: unknown) => FieldError[];

/** Throws an Error that names every bad field. */
export function parseAuditPolicy(text: string): AuditPolicy {
  const document = documentOf(text);
  const errors = fieldsOf('', document, policyFields);
  if (errors.length > 0) throw new Error(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
  const policy = document as Partial<AuditPolicy>;
  if (!policy.rules?.length) throw new Error('loaded illegal policy with 0 rules');
  return {
    rules: policy.rules,
    omitStages: policy.omitStages ?? [],
    omitManagedFields: policy.omitManagedFields ?? false,
  };
}

function documentOf(text: string): Fields {
  const document: unknown = parse(text, { maxAliasCount: 100 });
  if (!isFields(document)) throw new Error('the policy is not a map of fields');
  const { apiVersion, kind } = document;
  if (apiVersion !== 'audit.k8s.io/v1') throw new Error(`unknown group version field ${shown(apiVersion)} in policy`);
  if (kind !== 'Policy') throw new Error(`the kind must be Policy, not ${shown(kind)}`);
  return document;
}

const strings: Check = (field, value) => eachOf(field, value, string);

const groupFields: Readonly<Record<string, Check>> = { group: string, resources: strings, resourceNames: strings };

const ruleFields: Readonly<Record<string, Check>> = {
  level: (field, value) => (value === '' ? [] : oneOf(auditLevels)(field, value)),
  users: strings,
  userGroups: strings,
  verbs: strings,
  resources: (field, value) => eachOf(field, value, groupResources),
  namespaces: strings,
  nonResourceURLs: (field, value) => eachOf(field, value, nonResourceUrl),
  omitStages: (field, value) => eachOf(field, value, oneOf(auditStages)),
  omitManagedFields: boolean,
};

const policyFields: Readonly<Record<string, Check>> = {
  apiVersion: string,
  kind: string,
  metadata: (field, value) => (isFields(value) ? [] : [invalid(field, value, 'must be a map')]),
  rules: (field, value) => eachOf(field, value, rule),
  omitStages: (field, value) => eachOf(field, value, oneOf(auditStages)),
  omitManagedFields: boolean,
};

function rule(field: string, value: unknown): FieldError[] {
  const errors = fieldsOf(field, value, ruleFields);
  if (errors.length > 0 || !isFields(value)) return errors;
  const { level, nonResourceURLs, resources, namespaces } = value as Partial<AuditRule>;
  if (!level) errors.push(required(`${field}.level`));
  if (nonResourceURLs?.length && (resources?.length || namespaces?.length))
    errors.push(
      invalid(
        `${field}.nonResourceURLs`,
        nonResourceURLs,
        'rules cannot apply to both regular resources and non-resource URLs',
      ),
    );
  return errors;
}

function groupResources(field: string, value: unknown): FieldError[] {
  const errors = fieldsOf(field, value, groupFields);
  if (errors.length > 0) return errors;
  const { resources, resourceNames } = value as GroupResources;
  if (!resourceNames?.length || resources?.length) return [];
  return [invalid(`${field}.resourceNames`, resourceNames, 'using resourceNames requires at least one resource')];
}

function nonResourceUrl(field: string, value: unknown): FieldError[] {
  const errors = string(field, value);
  if (errors.length > 0 || value === '*') return errors;
  const url = value as string;
  if (!url.startsWith('/')) errors.push(invalid(field, url, "non-resource URL rules must begin with a '/' character"));
  if (url.slice(0, -1).includes('*'))
    errors.push(invalid(field, url, "non-resource URL wildcards '*' must be the final character of the rule"));
  return errors;
}

/** What is left out or null is not checked; what has no check is not known. */
function fieldsOf(field: string, value: unknown, checks: Readonly<Record<string, Check>>): FieldError[] {
  if (!isFields(value)) return [invalid(field, value, 'must be a map')];
  return Object.entries(value).flatMap(([name, item]) => {
    const path = field ? `${field}.${name}` : name;
    const check = checks[name];
    if (!check) return [invalid(path, item, 'there is no such field')];
    return item === null ? [] : check(path, item);
  });
}

function eachOf(field: string, value: unknown, check: Check): FieldError[] {
  if (!Array.isArray(value)) return [invalid(field, value, 'must be a list')];
  return value.flatMap((item, index) => check(`${field}[${index}]`, item));
}

function oneOf(supported: readonly string[]): Check {
  return (field, value) => (supported.some((name) => name === value) ? [] : [notSupported(field, value, supported)]);
}

function string(field: string, value: unknown): FieldError[] {
  return typeof value === 'string' ? [] : [invalid(field, value, 'must be a string')];
}

function boolean(field: string, value: unknown): FieldError[] {
  return typeof value === 'boolean' ? [] : [invalid(field, value, 'must be true or false')];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
