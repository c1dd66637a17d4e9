// Owns which checks make up a level in a version, and what is wrong with a pod by them.
import type { Check, Subject, Violation } from './check.ts';
import {
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  privileged,
  procMount,
  sysctls,
  windowsHostProcess,
} from './host-checks.ts';
import type { Standard } from './levels.ts';
import {
  allowPrivilegeEscalation,
  capabilitiesBaseline,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
} from './privilege-checks.ts';
import { appArmorProfile, seccompBaseline, seccompRestricted, seLinuxOptions } from './profile-checks.ts';

/** In the order in which what they find is told: those of a level by their ids. */
const checks: readonly Check[] = [
  appArmorProfile,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  privileged,
  procMount,
  ...seLinuxOptions,
  ...seccompBaseline,
  ...sysctls,
  windowsHostProcess,
  ...allowPrivilegeEscalation,
  ...capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  ...seccompRestricted,
];

const sets = new Map<string, readonly Check[]>();

function checksOf({ level, version }: Standard): readonly Check[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length));
  // A version is whatever a label says: those that have the same checks share them.
  const known = checks.filter(({ since }) => since <= minor).length;
  const key = `${level} ${known}`;
  let set = sets.get(key);
  if (!set) {
    const newest = new Map<string, Check>();
    for (const check of checks)
      if (check.since <= minor && (level === 'restricted' || check.level === 'baseline')) newest.set(check.id, check);
    const overridden = new Set([...newest.values()].map(({ overrides }) => overrides));
    set = [...newest.values()].filter(({ id }) => !overridden.has(id));
    sets.set(key, set);
  }
  return set;
}

export function violationsOf(subject: Subject, standard: Standard): Violation[] {
  return checksOf(standard).flatMap((check) => check.violation(subject) ?? []);
}

/** `hostPort (container "a" uses hostPort 80), privileged (…)` */
export function detailsOf(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
}
