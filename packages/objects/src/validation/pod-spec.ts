// Owns validation of a pod's spec, wherever it stands: in a pod or in a template.
import type { PodSpec, PodTemplateSpec, Sysctl } from '../api/types.ts';
import { duplicate, type FieldError, forbidden, invalid, required } from '../errors/field-error.ts';
import { validateAffinity, validateDeadline, validateTolerations, validateTopologySpread } from './affinity.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateId,
  validateInitContainers,
  validateSeccomp,
} from './containers.ts';
import { address, labels, notNegative, problemsOf, requiredChoice, requiredText } from './field-checks.ts';
import { validateAnnotations } from './metadata.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from './names.ts';
import { validateVolumes } from './volumes.ts';

export function validatePodSpec(
  field: string,
  spec: PodSpec,
  { inTemplate }: { readonly inTemplate: boolean },
): FieldError[] {
  const surroundings = {
    inTemplate,
    volumes: spec.volumes ?? [],
    hostNetwork: spec.hostNetwork ?? false,
    taken: new Set<string>(),
  };
  return [
    ...validateVolumes(`${field}.volumes`, surroundings.volumes),
    ...validateContainers(`${field}.containers`, spec.containers, surroundings),
    ...validateInitContainers(`${field}.initContainers`, spec.initContainers ?? [], surroundings),
    ...validateEphemeralContainers(`${field}.ephemeralContainers`, spec.ephemeralContainers ?? [], surroundings),
    ...requiredChoice(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...validateDns(field, spec),
    ...labels(`${field}.nodeSelector`, spec.nodeSelector),
    ...validateSecurity(`${field}.securityContext`, spec.securityContext ?? {}),
    ...(spec.affinity ? validateAffinity(`${field}.affinity`, spec.affinity) : []),
    ...validateTopologySpread(`${field}.topologySpreadConstraints`, spec.topologySpreadConstraints ?? []),
    ...validateNames(field, spec),
    ...validateDeadline(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...notNegative(`${field}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds),
    ...validateTolerations(`${field}.tolerations`, spec.tolerations ?? []),
    ...validateHostAliases(`${field}.hostAliases`, spec.hostAliases ?? []),
  ];
}

/** Names that a pod gives itself or that it refers to. */
function validateNames(field: string, spec: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const check = (name: keyof PodSpec, problems: (text: string) => string[]) => {
    const value = spec[name];
    if (typeof value === 'string' && value) errors.push(...problemsOf(`${field}.${name}`, value, problems(value)));
  };
  check('serviceAccountName', dns1123SubdomainProblems);
  check('nodeName', dns1123SubdomainProblems);
  check('hostname', dns1123LabelProblems);
  check('subdomain', dns1123LabelProblems);
  check('priorityClassName', dns1123SubdomainProblems);
  check('runtimeClassName', dns1123SubdomainProblems);
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries())
    errors.push(
      ...problemsOf(
        `${field}.readinessGates[${index}].conditionType`,
        conditionType,
        qualifiedNameProblems(conditionType),
      ),
    );
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries())
    errors.push(...requiredText(`${field}.schedulingGates[${index}]`, name, qualifiedNameProblems));
  return errors;
}

function validateDns(field: string, { dnsPolicy, dnsConfig }: PodSpec): FieldError[] {
  const policies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
  const errors = requiredChoice(`${field}.dnsPolicy`, dnsPolicy, policies);
  const at = `${field}.dnsConfig`;
  if (dnsPolicy === 'None') {
    if (!dnsConfig) return [...errors, required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!dnsConfig.nameservers?.length)
      errors.push(required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (nameservers.length > 3)
    errors.push(invalid(`${at}.nameservers`, nameservers, 'must not have more than 3 nameservers'));
  errors.push(...nameservers.flatMap((server, index) => address(`${at}.nameservers[${index}]`, server)));
  if (searches.length > 32) errors.push(invalid(`${at}.searches`, searches, 'must not have more than 32 search paths'));
  for (const [index, search] of searches.entries()) {
    const name = search.replace(/\.$/, '');
    if (search !== '.') errors.push(...problemsOf(`${at}.searches[${index}]`, search, dns1123SubdomainProblems(name)));
  }
  for (const [index, { name }] of options.entries())
    if (!name) errors.push(required(`${at}.options[${index}]`, 'must not be empty'));
  return errors;
}

function validateSecurity(field: string, context: NonNullable<PodSpec['securityContext']>): FieldError[] {
  const groups = context.supplementalGroups ?? [];
  return [
    ...validateId(`${field}.runAsUser`, context.runAsUser),
    ...validateId(`${field}.runAsGroup`, context.runAsGroup),
    ...validateId(`${field}.fsGroup`, context.fsGroup),
    ...validateSeccomp(`${field}.seccompProfile`, context.seccompProfile),
    ...groups.flatMap((group, index) => validateId(`${field}.supplementalGroups[${index}]`, group)),
    ...validateSysctls(`${field}.sysctls`, context.sysctls ?? []),
  ];
}

const sysctlSegment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlFormat = `(${sysctlSegment}[\\./])*${sysctlSegment}`;
const sysctlPattern = new RegExp(`^${sysctlFormat}$`);
const maxSysctlLength = 253;

function validateSysctls(field: string, sysctls: readonly Sysctl[]): FieldError[] {
  const names = new Set<string>();
  return sysctls.flatMap(({ name }, index) => {
    const item = `${field}[${index}].name`;
    const isTaken = names.has(name);
    names.add(name);
    if (!name) return [required(item)];
    if (name.length > maxSysctlLength || !sysctlPattern.test(name))
      return [invalid(item, name, `must have at most ${maxSysctlLength} characters and match regex ${sysctlFormat}`)];
    return isTaken ? [duplicate(item, name)] : [];
  });
}

function validateHostAliases(field: string, aliases: NonNullable<PodSpec['hostAliases']>): FieldError[] {
  return aliases.flatMap(({ ip, hostnames = [] }, index) => [
    ...address(`${field}[${index}].ip`, ip),
    ...hostnames.flatMap((name, at) =>
      problemsOf(`${field}[${index}].hostnames[${at}]`, name, dns1123SubdomainProblems(name)),
    ),
  ]);
}

/** The template of a controller's pods. */
export function validatePodTemplate(field: string, { metadata, spec }: PodTemplateSpec): FieldError[] {
  const errors = [
    ...labels(`${field}.labels`, metadata?.labels),
    ...validateAnnotations(`${field}.annotations`, metadata?.annotations),
    ...validatePodSpec(`${field}.spec`, spec ?? { containers: [] }, { inTemplate: true }),
  ];
  if (spec?.ephemeralContainers?.length)
    errors.push(forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  return errors;
}
