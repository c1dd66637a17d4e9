// Owns webhook configurations for tests: what every one of them needs, and waiting until the server knows it.
import {
  configMaps,
  type MutatingWebhook,
  mutatingWebhookConfigurations,
  type ValidatingWebhook,
  validatingWebhookConfigurations,
} from '@berth/objects';
import type { TestApi } from '../../../testing/test-api.ts';
import type { WebhookServer } from '../../../webhooks/testing/webhook-server.ts';

type Some<T> = Partial<T> & { readonly path?: string };

const everyWrite = [
  { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] },
] as unknown as NonNullable<MutatingWebhook['rules']>;

/** About all requests for config maps, unless told otherwise. */
export const ofConfigMaps = [{ ...everyWrite[0]!, resources: ['configmaps'] }];
export { everyWrite };

function webhook<W extends MutatingWebhook | ValidatingWebhook>(server: WebhookServer, name: string, more: Some<W>) {
  const { path = '/', ...rest } = more;
  return {
    name: `${name}.example.com`,
    clientConfig: { url: `${server.url}${path}`, caBundle: server.caBundle },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    rules: ofConfigMaps,
    ...rest,
  };
}

export async function mutating(
  { api, admin }: TestApi,
  server: WebhookServer,
  { name = 'm', ...more }: Some<MutatingWebhook> = {},
): Promise<void> {
  const body = { metadata: { name }, webhooks: [webhook<MutatingWebhook>(server, name, more)] };
  await api.create(admin, mutatingWebhookConfigurations, {}, body);
  await api.list(admin, mutatingWebhookConfigurations, {});
}

export async function validating(
  { api, admin }: TestApi,
  server: WebhookServer,
  { name = 'v', ...more }: Some<ValidatingWebhook> = {},
): Promise<void> {
  const body = { metadata: { name }, webhooks: [webhook<ValidatingWebhook>(server, name, more)] };
  await api.create(admin, validatingWebhookConfigurations, {}, body);
  await api.list(admin, validatingWebhookConfigurations, {});
}

/** Creates a config map, and says what came of it: its labels, or the words of the refusal. */
export async function outcomeOfCreate({ api, admin }: TestApi, name = 'a'): Promise<unknown> {
  try {
    const { metadata } = await api.create(admin, configMaps, { namespace: 'default' }, { metadata: { name } });
    return metadata.labels ?? {};
  } catch (error) {
    return (error as Error).message;
  }
}
