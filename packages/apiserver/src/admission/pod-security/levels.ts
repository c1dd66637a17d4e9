// Owns the levels of pod security, and what the labels of a namespace say of them.
// Source: Kubernetes, "Pod Security Admission".
import { type FieldError, invalid } from '@berth/objects';

export const levels = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof levels)[number];

/** A level as Kubernetes of some version means it. */
export interface Standard {
  readonly level: Level;
  /** `latest`, or a minor version such as `v1.30`. */
  readonly version: string;
}

export interface Policy {
  /** What is refused. */
  readonly enforce: Standard;
  /** What the audit log is told of. */
  readonly audit: Standard;
  /** What the client is warned of. */
  readonly warn: Standard;
  /** What is wrong with the labels. */
  readonly errors: readonly FieldError[];
}

const prefix = 'pod-security.kubernetes.io';
const everything: Policy = {
  enforce: { level: 'privileged', version: 'latest' },
  audit: { level: 'privileged', version: 'latest' },
  warn: { level: 'privileged', version: 'latest' },
  errors: [],
};

/** A label that cannot be read enforces the strictest, and neither warns nor is audited. */
export function policyOf(labels: Readonly<Record<string, string>> = {}): Policy {
  if (!Object.keys(labels).some((key) => key.startsWith(`${prefix}/`))) return everything;
  const errors: FieldError[] = [];
  const read = (mode: 'enforce' | 'audit' | 'warn'): Standard => {
    const level = labels[`${prefix}/${mode}`] ?? 'privileged';
    const version = labels[`${prefix}/${mode}-version`] ?? 'latest';
    const isLevel = (levels as readonly string[]).includes(level);
    const isVersion = version === 'latest' || /^v1\.(0|[1-9][0-9]*)$/.test(version);
    const field = (key: string) => `metadata.labels[${prefix}/${key}]`;
    if (!isLevel) errors.push(invalid(field(mode), level, `must be one of ${levels.join(', ')}`));
    if (!isVersion) errors.push(invalid(field(`${mode}-version`), version, 'must be "latest" or "v1.x"'));
    const strictest = mode === 'enforce' ? 'restricted' : 'privileged';
    return { level: isLevel ? (level as Level) : strictest, version: isVersion ? version : 'latest' };
  };
  return { enforce: read('enforce'), audit: read('audit'), warn: read('warn'), errors };
}

export function isSame(a: Standard, b: Standard): boolean {
  return a.level === b.level && a.version === b.version;
}

/** `restricted:latest` */
export function shown({ level, version }: Standard): string {
  return `${level}:${version}`;
}
