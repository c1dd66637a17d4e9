// Owns what can be asked about and done to one node.
import { nodes } from '@berth/objects';
import { z } from 'zod';
import type { NodeDetail } from '../answers.ts';
import { nodeDetail } from '../details/node.ts';
import { audited, protectedProcedure } from '../trpc.ts';
import { objectName } from './inputs.ts';

const named = z.object({ name: objectName });

export const nodesRouter = {
  get: protectedProcedure.input(named).query(async ({ ctx, input }): Promise<NodeDetail> => {
    return nodeDetail(await ctx.client.get(nodes, input), ctx.parts.cluster);
  }),

  /** `schedulable: false` is kubectl's cordon. */
  setSchedulable: audited(named.extend({ schedulable: z.boolean() }), ({ name, schedulable }) => {
    const verb = schedulable ? 'uncordon' : 'cordon';
    return { verb, resource: 'nodes', name, command: `kubectl ${verb} ${name}` };
  }).mutation(async ({ ctx, input }): Promise<{ previous: boolean }> => {
    const node = await ctx.client.get(nodes, input);
    const previous = !node.spec.unschedulable;
    if (previous !== input.schedulable) {
      await ctx.client.patch(nodes, input, {
        type: 'application/merge-patch+json',
        body: {
          metadata: { resourceVersion: node.metadata.resourceVersion },
          spec: { unschedulable: input.schedulable ? null : true },
        },
      });
    }
    return { previous };
  }),
};
