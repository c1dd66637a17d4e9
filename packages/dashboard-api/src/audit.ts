// Owns the entries of the audit: who did what to which object, with what outcome.
import type { Database } from '@berth/db';
import type { AuditPage, AuditRow } from './answers.ts';
import type { Parts } from './context.ts';

export interface AuditedAction {
  /** The API's verb, or what a person did: `delete`, `scale`, `sign in`. */
  readonly verb: string;
  /** As it stands in a URL: `pods`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The same with kubectl. */
  readonly command?: string;
}

export async function recordAudit(
  parts: Pick<Parts, 'database' | 'clock'>,
  user: string,
  action: AuditedAction,
  result: { readonly outcome: 'ok' | 'failed'; readonly detail?: string },
): Promise<void> {
  await parts.database.auditEntry.create({
    data: {
      at: new Date(parts.clock.now()),
      user,
      verb: action.verb,
      resource: action.resource,
      namespace: action.namespace ?? null,
      name: action.name ?? null,
      outcome: result.outcome,
      detail: result.detail || null,
      command: action.command ?? null,
    },
  });
}

export interface AuditQuery {
  readonly cursor?: string;
  readonly limit: number;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Newest first. Ids grow with time, so that a page begins where the one before it ended, whatever came since. */
export async function auditPage(database: Database, query: AuditQuery): Promise<AuditPage> {
  const { cursor, limit, resource, namespace, name } = query;
  const found = await database.auditEntry.findMany({
    where: { resource, namespace, name, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const entries = found.slice(0, limit).map(
    (entry): AuditRow => ({
      id: entry.id,
      at: entry.at.getTime(),
      user: entry.user,
      verb: entry.verb,
      resource: entry.resource,
      ...(entry.namespace ? { namespace: entry.namespace } : {}),
      ...(entry.name ? { name: entry.name } : {}),
      outcome: entry.outcome === 'ok' ? 'ok' : 'failed',
      ...(entry.detail ? { detail: entry.detail } : {}),
      ...(entry.command ? { command: entry.command } : {}),
    }),
  );
  return { entries, ...(found.length > limit ? { nextCursor: entries.at(-1)?.id } : {}) };
}
