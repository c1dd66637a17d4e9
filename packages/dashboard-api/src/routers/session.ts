// Owns signing in and out, setting the first password, changing it, and the list of one's sessions.
import { z } from 'zod';
import type { SessionState, SessionSummary } from '../answers.ts';
import type { Issued } from '../auth/accounts.ts';
import type { Context } from '../context.ts';
import { audited, protectedProcedure, publicProcedure } from '../trpc.ts';

const newPassword = z.string().min(8, 'at least 8 characters').max(1024);
const givenPassword = z.string().min(1).max(1024);

function signedIn(ctx: Context, issued: Issued): SessionState {
  ctx.browser.setToken(issued.token, issued.session.expiresAt);
  const { id, user, expiresAt } = issued.session;
  return { signedIn: true, user, sessionId: id, expiresAt };
}

export const sessionRouter = {
  state: publicProcedure.query(async ({ ctx }): Promise<SessionState> => {
    if (!ctx.session) return { signedIn: false, needsSetUp: await ctx.parts.accounts.needsSetUp() };
    const { id, user, expiresAt } = ctx.session;
    return { signedIn: true, user, sessionId: id, expiresAt };
  }),

  /** Whether a setup link is still good, before one types a password. */
  checkSetUp: publicProcedure.input(z.object({ token: z.string().max(256) })).query(
    async ({ ctx, input }): Promise<{ valid: boolean }> => ({
      valid: await ctx.parts.accounts.isSetUpToken(input.token),
    }),
  ),

  setUp: publicProcedure
    .input(z.object({ token: z.string().max(256), password: newPassword }))
    .mutation(async ({ ctx, input }) => signedIn(ctx, await ctx.parts.accounts.setUp(input, ctx.browser))),

  signIn: publicProcedure
    .input(z.object({ name: z.string().min(1).max(100), password: givenPassword }))
    .mutation(async ({ ctx, input }) => signedIn(ctx, await ctx.parts.accounts.signIn(input, ctx.browser))),

  signOut: protectedProcedure.mutation(async ({ ctx }): Promise<SessionState> => {
    await ctx.parts.accounts.end(ctx.session.userId, ctx.session.id);
    ctx.browser.setToken(undefined);
    return { signedIn: false, needsSetUp: false };
  }),

  changePassword: audited(z.object({ current: givenPassword, next: newPassword }), () => ({
    verb: 'change password',
    resource: 'users',
  })).mutation(async ({ ctx, input }): Promise<{ endedSessions: number }> => {
    return ctx.parts.accounts.changePassword(ctx.session, input, ctx.browser);
  }),

  list: protectedProcedure.query(async ({ ctx }): Promise<readonly SessionSummary[]> => {
    return ctx.parts.accounts.sessions(ctx.session);
  }),

  /** Ends another session of the same person. */
  end: audited(z.object({ id: z.string() }), ({ id }) => ({
    verb: 'end session',
    resource: 'sessions',
    name: id,
  })).mutation(async ({ ctx, input }): Promise<void> => ctx.parts.accounts.end(ctx.session.userId, input.id)),
};
