// Owns what can be asked about and done to one pod. Lists of pods are live views.
import { draftOf, pods, staleError } from '@berth/objects';
import { z } from 'zod';
import type { LabelChange, LabelPreview, PodDetail } from '../answers.ts';
import { labelArguments, labelDiff, labelPreview } from '../details/labels.ts';
import { podDetail } from '../details/pod.ts';
import { audited, protectedProcedure } from '../trpc.ts';
import { labelMap, namespaced, resourceVersion } from './inputs.ts';

export const podsRouter = {
  get: protectedProcedure.input(namespaced).query(async ({ ctx, input }): Promise<PodDetail> => {
    return podDetail(await ctx.client.get(pods, input), ctx.parts.cluster);
  }),

  delete: audited(
    namespaced.extend({ uid: z.string().optional(), gracePeriodSeconds: z.number().int().min(0).optional() }),
    ({ namespace, name, gracePeriodSeconds }) => ({
      verb: 'delete',
      resource: 'pods',
      namespace,
      name,
      command: `kubectl delete pod ${name} -n ${namespace}${
        gracePeriodSeconds === undefined ? '' : ` --grace-period=${gracePeriodSeconds}`
      }`,
    }),
  ).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.client.delete(pods, input, {
      ...(input.uid ? { preconditions: { uid: input.uid } } : {}),
      ...(input.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: input.gracePeriodSeconds }),
    });
  }),

  /** Replaces the labels; a conflict if the pod changed since `resourceVersion`. */
  setLabels: audited(namespaced.extend({ resourceVersion, labels: labelMap }), ({ namespace, name }) => ({
    verb: 'label',
    resource: 'pods',
    namespace,
    name,
  })).mutation(async ({ ctx, input }): Promise<LabelChange> => {
    const pod = await ctx.client.get(pods, input);
    if (pod.metadata.resourceVersion !== input.resourceVersion) throw staleError(pods, input.name);
    const previous = pod.metadata.labels ?? {};
    const changed = draftOf(pod);
    changed.metadata.labels = { ...input.labels };
    const updated = await ctx.client.update(pods, changed);
    const changes = labelArguments(previous, input.labels).join(' ');
    const command = `kubectl label pod ${input.name} -n ${input.namespace} --overwrite ${changes}`;
    ctx.note(labelDiff(previous, input.labels).join('\n'), command);
    return {
      previous,
      labels: updated.metadata.labels ?? {},
      resourceVersion: updated.metadata.resourceVersion,
    };
  }),

  /** Which services and controllers would gain or lose the pod. */
  previewLabels: protectedProcedure
    .input(namespaced.extend({ labels: labelMap }))
    .query(async ({ ctx, input }): Promise<LabelPreview> => {
      return labelPreview(await ctx.client.get(pods, input), input.labels, ctx.parts.cluster);
    }),
};
