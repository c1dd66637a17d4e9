// Owns what can be asked about and done to one service.
import { services } from '@berth/objects';
import { z } from 'zod';
import type { ServiceDetail } from '../answers.ts';
import { serviceDetail } from '../details/service.ts';
import { audited, protectedProcedure } from '../trpc.ts';
import { namespaced } from './inputs.ts';

export const servicesRouter = {
  get: protectedProcedure.input(namespaced).query(async ({ ctx, input }): Promise<ServiceDetail> => {
    return serviceDetail(await ctx.client.get(services, input), ctx.parts.cluster);
  }),

  delete: audited(namespaced.extend({ uid: z.string().optional() }), ({ namespace, name }) => ({
    verb: 'delete',
    resource: 'services',
    namespace,
    name,
    command: `kubectl delete service ${name} -n ${namespace}`,
  })).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.client.delete(services, input, input.uid ? { preconditions: { uid: input.uid } } : {});
  }),
};
