// Owns the entries of the audit: who did what to which object, with what outcome.
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
