// Owns YAML: applying a text of several documents, showing an object as text, saving the edited text.
import { z } from 'zod';
import type { ApplyResult, Manifest, SavedManifest } from '../answers.ts';
import { applyDocuments } from '../manifests/apply.ts';
import { editableResources, readManifest, saveManifest } from '../manifests/edit.ts';
import { audited, protectedProcedure } from '../trpc.ts';
import { namespaceName, objectName, resourceVersion } from './inputs.ts';

const text = z.string().min(1).max(3_000_000);
const target = z.object({
  /** As it stands in a URL: `pods`. */
  resource: z.enum(editableResources),
  namespace: namespaceName.optional(),
  name: objectName,
});
const applied = z.object({
  yaml: text,
  /** For documents that name none. */
  namespace: namespaceName.default('default'),
});

export const manifestsRouter = {
  /** What `apply` would do, checked by the API without writing. */
  preview: protectedProcedure.input(applied).mutation(async ({ ctx, input }): Promise<ApplyResult> => {
    return applyDocuments(ctx.client, input.yaml, { namespace: input.namespace, dryRun: true });
  }),

  /** Creates or updates each document, in order; one that fails does not keep the others from it. */
  apply: audited(applied, ({ namespace }) => ({
    verb: 'apply',
    resource: 'manifests',
    namespace,
    command: `kubectl apply -n ${namespace} -f -`,
  })).mutation(async ({ ctx, input }): Promise<ApplyResult> => {
    const result = await applyDocuments(ctx.client, input.yaml, { namespace: input.namespace, dryRun: false });
    for (const { kind, namespace, name, outcome } of result.documents) {
      ctx.note(`${kind ?? 'document'} ${namespace ? `${namespace}/` : ''}${name ?? ''} ${outcome}`);
    }
    return result;
  }),

  /** The values of a secret only with `reveal`, which is audited by `revealSecret`. */
  get: protectedProcedure.input(target).query(async ({ ctx, input }): Promise<Manifest> => {
    return readManifest(ctx.client, input, { reveal: false });
  }),

  revealSecret: audited(z.object({ namespace: namespaceName, name: objectName }), ({ namespace, name }) => ({
    verb: 'reveal',
    resource: 'secrets',
    namespace,
    name,
    command: `kubectl get secret ${name} -n ${namespace} -o yaml`,
  })).mutation(async ({ ctx, input }): Promise<Manifest> => {
    return readManifest(ctx.client, { resource: 'secrets', ...input }, { reveal: true });
  }),

  /** A conflict if the object changed since `resourceVersion`. */
  save: audited(target.extend({ yaml: text, resourceVersion }), ({ resource, namespace, name }) => ({
    verb: 'update',
    resource,
    namespace,
    name,
    command: `kubectl replace ${namespace ? `-n ${namespace} ` : ''}-f -`,
  })).mutation(async ({ ctx, input }): Promise<SavedManifest> => {
    const { saved, diff } = await saveManifest(ctx.client, input);
    ctx.note(diff);
    return saved;
  }),
};
