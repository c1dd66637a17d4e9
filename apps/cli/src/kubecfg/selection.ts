// Owns what a command selects, and the table of it: by names or by selectors, in one namespace or in all.
import { systemClock } from '@berth/host';
import { isReason, type KubeObject } from '@berth/objects';
import { failed } from './failure.ts';
import type { Format } from './output.ts';
import type { Session } from './session.ts';
import { objectTable } from './table.ts';
import { type KnownKind, type Target, UsageError } from './targets.ts';

export interface SelectionOptions {
  readonly output?: Format;
  readonly watch?: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly allNamespaces?: boolean;
  readonly showLabels?: boolean;
}

/** Of the names, those that are there; the others are told, and the program then ends with 1. */
export async function objectsOf(
  session: Session,
  target: Target,
  options: SelectionOptions,
): Promise<readonly KubeObject[]> {
  const { kind, names } = target;
  const namespace = kind.resource.namespaced && !options.allNamespaces ? session.namespace : undefined;
  if (names.length > 0) {
    if (options.selector) throw new UsageError('give names or a selector, not both');
    const answers = await Promise.allSettled(
      names.map((name) => session.client.get(kind.resource, { namespace, name })),
    );
    return answers.flatMap((answer) => {
      if (answer.status === 'fulfilled') return [answer.value];
      if (!isReason(answer.reason, 'NotFound')) throw answer.reason;
      failed(answer.reason);
      return [];
    });
  }
  const { items } = await session.client.list(kind.resource, {
    namespace,
    labelSelector: options.selector,
    fieldSelector: options.fieldSelector,
  });
  return items;
}

export function tableOf(
  kind: KnownKind,
  objects: readonly KubeObject[],
  options: SelectionOptions,
  withKind = false,
): string {
  if (objects.length === 0) return '';
  return objectTable(kind, objects, {
    withNamespace: Boolean(options.allNamespaces) && kind.resource.namespaced,
    wide: options.output === 'wide',
    withLabels: Boolean(options.showLabels),
    withKind,
    now: systemClock.now(),
  });
}
