// Owns the form of one check of pod security, and the words that the checks share.
import type { Container, EphemeralContainer, PodSpec } from '@berth/objects';

/** A pod, or what a controller makes pods of. */
export interface Subject {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export interface Violation {
  /** Such as `hostPort`. */
  readonly reason: string;
  /** Such as `container "a" uses hostPort 80`. */
  readonly detail: string;
}

export interface Check {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** The minor version of Kubernetes from which on this form of the check holds, until the next of the same id. */
  readonly since: number;
  /** Of the restricted ones: the baseline check that it makes needless. */
  readonly overrides?: string;
  violation(subject: Subject): Violation | undefined;
}

export type AnyContainer = Container | EphemeralContainer;

/** In the order in which they start. */
export function containersOf({ spec }: Subject): readonly AnyContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

/** `"a", "b"` */
export function quoted(texts: Iterable<string>): string {
  return [...texts].map((text) => JSON.stringify(text)).join(', ');
}

/** Each once, in order. */
export function sorted(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}

export function plural(one: string, many: string, count: number): string {
  return count === 1 ? one : many;
}

/** `containers "a", "b"` */
export function told(containers: readonly AnyContainer[]): string {
  return `${plural('container', 'containers', containers.length)} ${quoted(containers.map(({ name }) => name))}`;
}

/** Who set something wrong, `pod and container "a"`; undefined if nobody did. */
export function setters(pod: boolean, containers: readonly AnyContainer[]): string | undefined {
  const all = [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [told(containers)] : [])];
  return all.length > 0 ? all.join(' and ') : undefined;
}

/** Who looks at Windows pods knows that they have none of what Linux restricts. */
export function isWindows({ spec }: Subject): boolean {
  return spec.os?.name === 'windows';
}
