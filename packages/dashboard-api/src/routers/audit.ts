// Owns reading the audit, newest first, in pages.
import { z } from 'zod';
import type { AuditPage } from '../answers.ts';
import { auditPage } from '../audit.ts';
import { protectedProcedure } from '../trpc.ts';

export const auditRouter = {
  list: protectedProcedure
    .input(
      z.object({
        cursor: z.string().max(64).optional(),
        limit: z.number().int().min(1).max(200).default(50),
        resource: z.string().max(63).optional(),
        namespace: z.string().max(63).optional(),
        name: z.string().max(253).optional(),
      }),
    )
    .query(async ({ ctx, input }): Promise<AuditPage> => auditPage(ctx.parts.database, input)),
};
