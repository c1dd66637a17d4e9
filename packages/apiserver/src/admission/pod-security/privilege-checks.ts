// Owns the checks of what a pod's processes may do and become: capabilities, users, escalation; and of its volumes.
// Source: Kubernetes, "Pod Security Standards".
import {
  type AnyContainer,
  type Check,
  containersOf,
  isWindows,
  plural,
  quoted,
  setters,
  sorted,
  told,
} from './check.ts';

const defaultCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** Who adds other capabilities, and which. */
function addingMore(containers: readonly AnyContainer[], allowed: readonly string[]): string | undefined {
  const added = ({ securityContext }: AnyContainer) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !allowed.includes(name));
  const bad = containers.filter((container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  return `${told(bad)} must not include ${quoted(sorted(bad.flatMap(added)))} in securityContext.capabilities.add`;
}

export const capabilitiesBaseline: Check = {
  id: 'capabilities_baseline',
  level: 'baseline',
  since: 0,
  violation(subject) {
    const detail = addingMore(containersOf(subject), defaultCapabilities);
    return detail ? { reason: 'non-default capabilities', detail } : undefined;
  },
};

function capabilitiesRestrictedSince(since: number, sparesWindows: boolean): Check {
  return {
    id: 'capabilities_restricted',
    level: 'restricted',
    since,
    overrides: 'capabilities_baseline',
    violation(subject) {
      if (sparesWindows && isWindows(subject)) return undefined;
      const all = containersOf(subject);
      const keeping = all.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
      const adding = addingMore(all, ['NET_BIND_SERVICE']);
      const details = [
        ...(keeping.length > 0 ? [`${told(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
        ...(adding ? [adding] : []),
      ];
      return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
    },
  };
}

export const capabilitiesRestricted: readonly Check[] = [
  capabilitiesRestrictedSince(22, false),
  capabilitiesRestrictedSince(25, true),
];

function escalationSince(since: number, sparesWindows: boolean): Check {
  return {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    since,
    violation(subject) {
      if (sparesWindows && isWindows(subject)) return undefined;
      const bad = containersOf(subject).filter(
        ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
      );
      if (bad.length === 0) return undefined;
      const detail = `${told(bad)} must set securityContext.allowPrivilegeEscalation=false`;
      return { reason: 'allowPrivilegeEscalation != false', detail };
    },
  };
}

export const allowPrivilegeEscalation: readonly Check[] = [escalationSince(8, false), escalationSince(25, true)];

export const runAsNonRoot: Check = {
  id: 'runAsNonRoot',
  level: 'restricted',
  since: 0,
  violation(subject) {
    const reason = 'runAsNonRoot != true';
    const ofPod = subject.spec.securityContext?.runAsNonRoot;
    const all = containersOf(subject);
    const who = setters(
      ofPod === false,
      all.filter(({ securityContext }) => securityContext?.runAsNonRoot === false),
    );
    if (who) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
    const silent = all.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
    if (ofPod || silent.length === 0) return undefined;
    return { reason, detail: `pod or ${told(silent)} must set securityContext.runAsNonRoot=true` };
  },
};

export const runAsUser: Check = {
  id: 'runAsUser',
  level: 'restricted',
  since: 23,
  violation(subject) {
    const bad = containersOf(subject).filter(({ securityContext }) => securityContext?.runAsUser === 0);
    const who = setters(subject.spec.securityContext?.runAsUser === 0, bad);
    return who ? { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` } : undefined;
  },
};

const harmlessVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

export const restrictedVolumes: Check = {
  id: 'restrictedVolumes',
  level: 'restricted',
  since: 0,
  overrides: 'hostPathVolumes',
  violation({ spec }) {
    const sources = (spec.volumes ?? []).map(({ name, ...source }) => ({
      name,
      type: Object.keys(source)[0] ?? 'unknown',
    }));
    const bad = sources.filter(({ type }) => !harmlessVolumes.includes(type));
    if (bad.length === 0) return undefined;
    const types = sorted(bad.map(({ type }) => type));
    const uses = `${plural('uses', 'use', bad.length)} ${plural('restricted volume type', 'restricted volume types', types.length)}`;
    const names = `${plural('volume', 'volumes', bad.length)} ${quoted(bad.map(({ name }) => name))}`;
    return { reason: 'restricted volume types', detail: `${names} ${uses} ${quoted(types)}` };
  },
};
