// Owns a person's API tokens: making one, which is told once, listing and revoking them.
import { kubeconfigText } from '@berth/client';
import { z } from 'zod';
import type { ApiTokenSummary, NewApiToken } from '../answers.ts';
import { Refusal } from '../errors.ts';
import { audited, protectedProcedure } from '../trpc.ts';

const dayMs = 24 * 3600 * 1000;
const resource = 'tokens';

export const tokensRouter = {
  list: protectedProcedure.query(
    async ({ ctx }): Promise<readonly ApiTokenSummary[]> => ctx.parts.apiTokens.list(ctx.session.user.name),
  ),

  /** `days` left out: it does not end. */
  create: audited(
    z.object({ name: z.string().trim().min(1).max(60), days: z.int().min(1).max(3650).optional() }),
    ({ name }) => ({ verb: 'create', resource, name }),
  ).mutation(async ({ ctx, input }): Promise<NewApiToken> => {
    const { name, days } = input;
    const { apiTokens, endpoint } = ctx.parts;
    const lifetimeMs = days === undefined ? undefined : days * dayMs;
    const token = await apiTokens.create(ctx.session.user, { name, lifetimeMs });
    ctx.note(days === undefined ? 'does not end' : `ends after ${days} d`);
    return { token, kubeconfig: kubeconfigText({ ...endpoint(), token }, ctx.session.user.name) };
  }),

  revoke: audited(z.object({ id: z.string().max(100) }), ({ id }) => ({ verb: 'revoke', resource, name: id })).mutation(
    async ({ ctx, input }): Promise<void> => {
      const name = await ctx.parts.apiTokens.revoke(ctx.session.user.name, input.id);
      if (name === undefined) throw new Refusal('NOT_FOUND', 'there is no such token', { reason: 'NotFound' });
      ctx.note(`the token ${JSON.stringify(name)}`);
    },
  ),
};
