// Owns the checks of the profiles that confine a pod: AppArmor, SELinux, seccomp.
// Source: Kubernetes, "Pod Security Standards".
import {
  type AnyContainer,
  type Check,
  containersOf,
  isWindows,
  plural,
  quoted,
  type Subject,
  setters,
  sorted,
  told,
} from './check.ts';

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

export const appArmorProfile: Check = {
  id: 'appArmorProfile',
  level: 'baseline',
  since: 0,
  violation(subject) {
    const { annotations, spec } = subject;
    const isBad = (type: string | undefined) => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
    const ofPod = spec.securityContext?.appArmorProfile?.type;
    const bad = containersOf(subject).filter(({ securityContext }) => isBad(securityContext?.appArmorProfile?.type));
    const set = [ofPod, ...bad.map(({ securityContext }) => securityContext?.appArmorProfile?.type)];
    const types = sorted(set.filter((type): type is NonNullable<typeof type> => isBad(type)));
    const old = Object.entries(annotations)
      .filter(([key, value]) => key.startsWith(appArmorPrefix) && !/^($|runtime\/default$|localhost\/)/.test(value))
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .sort();
    const named = setters(isBad(ofPod), bad);
    const who = [
      ...(named ? [named] : []),
      ...(old.length > 0 ? [plural('annotation', 'annotations', old.length)] : []),
    ];
    if (who.length === 0) return undefined;
    const values = [...types, ...old];
    return {
      reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
      detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
    };
  },
};

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

function seLinuxSince(since: number, allowed: readonly string[]): Check {
  return {
    id: 'seLinuxOptions',
    level: 'baseline',
    since,
    violation(subject) {
      const isBad = (options: SeLinuxOptions | undefined) =>
        options !== undefined &&
        (!allowed.includes(options.type ?? '') || Boolean(options.user) || Boolean(options.role));
      const ofPod = subject.spec.securityContext?.seLinuxOptions;
      const bad = containersOf(subject).filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions));
      const who = setters(isBad(ofPod), bad);
      if (!who) return undefined;
      const all = [ofPod, ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)];
      const types = sorted(all.map((options) => options?.type ?? '').filter((type) => !allowed.includes(type)));
      const problems = [
        ...(types.length > 0 ? [`${plural('type', 'types', types.length)} ${quoted(types)}`] : []),
        ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
        ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
      ];
      return {
        reason: 'seLinuxOptions',
        detail: `${who} set forbidden securityContext.seLinuxOptions: ${problems.join('; ')}`,
      };
    },
  };
}

interface SeLinuxOptions {
  readonly type?: string;
  readonly user?: string;
  readonly role?: string;
}

export const seLinuxOptions: readonly Check[] = [
  seLinuxSince(0, seLinuxTypes),
  seLinuxSince(31, [...seLinuxTypes, 'container_engine_t']),
];

const seccompOfPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompPrefix = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before there were fields for it. */
const seccompAnnotations: Check = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  since: 0,
  violation(subject) {
    const keys = [seccompOfPod, ...containersOf(subject).map(({ name }) => seccompPrefix + name)];
    const bad = sorted(
      keys.flatMap((key) => {
        const value = subject.annotations[key];
        const isBad = value !== undefined && !/^(runtime\/default$|docker\/default$|localhost\/)/.test(value);
        return isBad ? [`${key}=${JSON.stringify(value)}`] : [];
      }),
    );
    if (bad.length === 0) return undefined;
    return {
      reason: 'seccompProfile',
      detail: `forbidden ${plural('annotation', 'annotations', bad.length)} ${bad.join(', ')}`,
    };
  },
};

function isConfined(type: string | undefined): boolean {
  return type === 'RuntimeDefault' || type === 'Localhost';
}

function seccompTypeOf({ securityContext }: AnyContainer): string | undefined {
  return securityContext?.seccompProfile?.type;
}

/** A profile that is set, and is none. */
function unconfined(subject: Subject): { readonly reason: string; readonly detail: string } | undefined {
  const isBad = (type: string | undefined) => type !== undefined && !isConfined(type);
  const ofPod = subject.spec.securityContext?.seccompProfile?.type;
  const bad = containersOf(subject).filter((container) => isBad(seccompTypeOf(container)));
  const who = setters(isBad(ofPod), bad);
  if (!who) return undefined;
  const values = sorted([ofPod, ...bad.map(seccompTypeOf)].filter((type): type is string => isBad(type)));
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}`,
  };
}

export const seccompBaseline: readonly Check[] = [
  seccompAnnotations,
  { id: 'seccompProfile_baseline', level: 'baseline', since: 19, violation: unconfined },
];

function seccompRestrictedSince(since: number, sparesWindows: boolean): Check {
  return {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    since,
    overrides: 'seccompProfile_baseline',
    violation(subject) {
      if (sparesWindows && isWindows(subject)) return undefined;
      const bad = unconfined(subject);
      if (bad || isConfined(subject.spec.securityContext?.seccompProfile?.type)) return bad;
      const silent = containersOf(subject).filter((container) => seccompTypeOf(container) === undefined);
      if (silent.length === 0) return undefined;
      const detail = `pod or ${told(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
      return { reason: 'seccompProfile', detail };
    },
  };
}

export const seccompRestricted: readonly Check[] = [
  seccompRestrictedSince(19, false),
  seccompRestrictedSince(25, true),
];
