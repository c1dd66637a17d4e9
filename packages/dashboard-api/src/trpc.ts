// Owns the building blocks of the procedures: public, protected (signed in), audited (leaves an entry in the audit).
import { initTRPC } from '@trpc/server';
import type { z } from 'zod';
import { type AuditedAction, recordAudit } from './audit.ts';
import type { Context } from './context.ts';
import { asTrpcError, causeOf, Refusal } from './errors.ts';

const t = initTRPC.context<Context>().create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { code: shape.data.code, httpStatus: shape.data.httpStatus, cause: causeOf(error) },
  }),
});

export const router = t.router;

/** Whatever the browser sends; errors leave in one form. */
export const publicProcedure = t.procedure.use(async ({ ctx, path, next }) => {
  const result = await next();
  if (result.ok) return result;
  const error = asTrpcError(result.error);
  if (error.code === 'INTERNAL_SERVER_ERROR')
    ctx.parts.log.error({ err: error.cause ?? error, path }, 'a procedure failed');
  throw error;
});

/** Only with a session; `ctx.client` acts on the cluster as the signed-in user. */
export const protectedProcedure = publicProcedure.use(({ ctx, next }) => {
  const { session } = ctx;
  if (!session) throw new Refusal('UNAUTHORIZED', 'sign in first', { reason: 'Unauthorized' });
  return next({ ctx: { ...ctx, session, client: ctx.parts.api(session.user) } });
});

/**
 * A protected procedure whose every call, refused ones included, leaves an entry in the audit. `describe` says what is
 * attempted; while it runs, `ctx.note` says what changed, and the command where it depends on what was there before.
 */
export function audited<S extends z.ZodType>(input: S, describe: (input: z.output<S>) => AuditedAction) {
  return protectedProcedure.input(input).use(async ({ ctx, input, next }) => {
    const notes: string[] = [];
    let action = describe(input as z.output<S>);
    const note = (text: string, command?: string) => {
      notes.push(text);
      if (command) action = { ...action, command };
    };
    const result = await next({ ctx: { ...ctx, note } });
    const audit = {
      outcome: result.ok ? 'ok' : 'failed',
      detail: result.ok ? notes.join('\n') : asTrpcError(result.error).message,
    } as const;
    try {
      await recordAudit(ctx.parts, ctx.session.user.name, action, audit);
    } catch (err) {
      // What was done is done: the browser has to know, and an undo has to be offered.
      ctx.parts.log.error({ err, ...action, outcome: audit.outcome }, 'an action could not be put into the audit');
    }
    return result;
  });
}
