// Owns a person's saved views: a name for a page's query string.
import { z } from 'zod';
import type { SavedViewRow } from '../answers.ts';
import { protectedProcedure } from '../trpc.ts';

const saved = z.object({
  name: z.string().trim().min(1).max(60),
  noun: z.enum(['pods', 'nodes', 'replicationcontrollers', 'services', 'events']),
  query: z.string().max(2000),
});

export const viewsRouter = {
  list: protectedProcedure.query(async ({ ctx }): Promise<readonly SavedViewRow[]> => {
    const views = await ctx.parts.database.savedView.findMany({
      where: { userId: ctx.session.userId },
      orderBy: { name: 'asc' },
    });
    return views.map(({ id, name, noun, query, createdAt }) => ({
      id,
      name,
      noun,
      query,
      createdAt: createdAt.getTime(),
    }));
  }),

  /** Puts the view under its name, in place of one that has the name already. */
  save: protectedProcedure.input(saved).mutation(async ({ ctx, input }): Promise<{ id: string }> => {
    const { userId } = ctx.session;
    const { id } = await ctx.parts.database.savedView.upsert({
      where: { userId_noun_name: { userId, noun: input.noun, name: input.name } },
      create: { userId, ...input, createdAt: new Date(ctx.parts.clock.now()) },
      update: { query: input.query },
    });
    return { id };
  }),

  delete: protectedProcedure.input(z.object({ id: z.string() })).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.parts.database.savedView.deleteMany({ where: { id: input.id, userId: ctx.session.userId } });
  }),
};
