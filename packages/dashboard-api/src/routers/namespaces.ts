// Owns listing, creating and deleting namespaces.
import { namespaces } from '@berth/objects';
import { z } from 'zod';
import type { NamespaceSummary } from '../answers.ts';
import { audited, protectedProcedure } from '../trpc.ts';
import { namespaceName } from './inputs.ts';

const named = z.object({ name: namespaceName });

export const namespacesRouter = {
  list: protectedProcedure.query(async ({ ctx }): Promise<readonly NamespaceSummary[]> => {
    const { items } = await ctx.client.list(namespaces);
    return items.map(({ metadata, status }) => ({
      name: metadata.name,
      phase: status.phase ?? 'Active',
      createdAt: Date.parse(metadata.creationTimestamp),
      pods: ctx.parts.cluster.pods.list(metadata.name).length,
    }));
  }),

  create: audited(named, ({ name }) => ({
    verb: 'create',
    resource: 'namespaces',
    name,
    command: `kubectl create namespace ${name}`,
  })).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.client.create(namespaces, { metadata: { name: input.name }, spec: {} });
  }),

  delete: audited(named, ({ name }) => ({
    verb: 'delete',
    resource: 'namespaces',
    name,
    command: `kubectl delete namespace ${name}`,
  })).mutation(async ({ ctx, input }): Promise<void> => {
    await ctx.client.delete(namespaces, input);
  }),
};
