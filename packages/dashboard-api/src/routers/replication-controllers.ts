// Owns what can be asked about and done to one replication controller; scaling above all.
import { replicationControllers } from '@berth/objects';
import { z } from 'zod';
import type { ReplicationControllerDetail, ScaleChange, ScalePreview } from '../answers.ts';
import { replicationControllerDetail } from '../details/replication-controller.ts';
import { scaleFrom } from '../scale.ts';
import { audited, protectedProcedure } from '../trpc.ts';
import { namespaced } from './inputs.ts';

const replicas = z.number().int().min(0).max(2_147_483_647);

export const replicationControllersRouter = {
  get: protectedProcedure.input(namespaced).query(async ({ ctx, input }): Promise<ReplicationControllerDetail> => {
    return replicationControllerDetail(await ctx.client.get(replicationControllers, input), ctx.parts.cluster);
  }),

  /** A conflict if the count is no longer `expected`. */
  scale: audited(namespaced.extend({ replicas, expected: replicas }), ({ namespace, name, replicas, expected }) => ({
    verb: 'scale',
    resource: 'replicationcontrollers',
    namespace,
    name,
    command: `kubectl scale rc ${name} -n ${namespace} --current-replicas=${expected} --replicas=${replicas}`,
  })).mutation(async ({ ctx, input }): Promise<ScaleChange> => {
    const updated = await scaleFrom(ctx.client, input, input);
    ctx.note(`replicas ${input.expected} → ${input.replicas}`);
    return { previous: input.expected, replicas: input.replicas, resourceVersion: updated.metadata.resourceVersion };
  }),

  previewScale: protectedProcedure
    .input(namespaced.extend({ replicas }))
    .query(async ({ ctx, input }): Promise<ScalePreview> => {
      const controller = await ctx.client.get(replicationControllers, input);
      const preview = await ctx.parts.previewScale(controller, input.replicas);
      return { ...preview, current: controller.spec.replicas ?? 0, replicas: input.replicas };
    }),

  delete: audited(namespaced.extend({ uid: z.string().optional(), keepPods: z.boolean().default(false) }), (input) => ({
    verb: 'delete',
    resource: 'replicationcontrollers',
    namespace: input.namespace,
    name: input.name,
    command: `kubectl delete rc ${input.name} -n ${input.namespace}${input.keepPods ? ' --cascade=orphan' : ''}`,
  })).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.client.delete(replicationControllers, input, {
      ...(input.uid ? { preconditions: { uid: input.uid } } : {}),
      propagationPolicy: input.keepPods ? 'Orphan' : 'Background',
    });
  }),
};
