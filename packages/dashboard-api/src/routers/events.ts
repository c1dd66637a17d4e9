// Owns the events of one object, for its page. All events are a live view.
import { events } from '@berth/objects';
import { z } from 'zod';
import type { EventRow } from '../contract.ts';
import { eventRow, newestFirst } from '../rows/event.ts';
import { protectedProcedure } from '../trpc.ts';
import { namespaceName, objectName } from './inputs.ts';

export const eventsRouter = {
  /** Newest first. */
  list: protectedProcedure
    .input(z.object({ namespace: namespaceName.optional(), kind: z.string().max(63), name: objectName }))
    .query(async ({ ctx, input }): Promise<readonly EventRow[]> => {
      const { items } = await ctx.client.list(events, {
        namespace: input.namespace,
        fieldSelector: `involvedObject.kind=${input.kind},involvedObject.name=${input.name}`,
      });
      return items.map(eventRow).sort(newestFirst);
    }),
};
