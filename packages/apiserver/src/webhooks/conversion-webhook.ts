// Owns asking a webhook to convert custom resources between their versions: the ConversionReview, and the answer to it.
// Source: Kubernetes 1.32, `apiextensions.k8s.io/v1` ConversionReview.
import type { Random } from '@berth/host';
import {
  apiVersionOf,
  type ConversionWebhook,
  type CustomResourceDefinition,
  type KubeObject,
  StatusError,
} from '@berth/objects';
import { createWebhookClient, type WebhookClientParts } from './webhook-client.ts';

/** Kubernetes' own. */
const timeoutSeconds = 30;

export interface ConversionParts extends WebhookClientParts {
  readonly random: Random;
}

/** Undefined: no webhook converts objects of the definition. */
export function conversionWebhookOf(
  { spec }: CustomResourceDefinition,
  { random, ...parts }: ConversionParts,
): ConversionWebhook | undefined {
  const { group, names, conversion } = spec;
  const { clientConfig, conversionReviewVersions = [] } = conversion?.webhook ?? {};
  if (conversion?.strategy !== 'Webhook' || !clientConfig) return undefined;
  const client = createWebhookClient(clientConfig, parts);
  const version = conversionReviewVersions.find((known) => known === 'v1' || known === 'v1beta1') ?? 'v1';
  const of = `${apiVersionOf({ group, version: spec.versions.find(({ storage }) => storage)?.name ?? '' })}, Kind=${names.kind}`;
  const refuse = (problem: string): never => {
    throw new StatusError('InternalError', `conversion webhook for ${of} failed: ${problem}`);
  };
  return {
    refuse,
    async convert(objects, desiredAPIVersion) {
      const uid = random.uuid();
      const request = { uid, desiredAPIVersion, objects };
      const review = { kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${version}`, request };
      let answer: unknown;
      try {
        answer = await client.post(JSON.stringify(review), timeoutSeconds);
      } catch (error) {
        return refuse(error instanceof Error ? error.message : String(error));
      }
      return convertedIn(answer, { uid, apiVersion: review.apiVersion, refuse });
    },
  };
}

interface Expected {
  readonly uid: string;
  readonly apiVersion: string;
  refuse(problem: string): never;
}

function convertedIn(answer: unknown, { uid, apiVersion, refuse }: Expected): readonly unknown[] {
  const review = (answer ?? {}) as {
    readonly kind?: unknown;
    readonly apiVersion?: unknown;
    readonly response?: {
      readonly uid?: unknown;
      readonly result?: { readonly status?: unknown; readonly message?: unknown };
      readonly convertedObjects?: readonly KubeObject[];
    };
  };
  const { response } = review;
  if (review.kind !== 'ConversionReview' || review.apiVersion !== apiVersion)
    refuse(`invalid response object, unexpected kind or apiVersion: ${review.kind}, ${review.apiVersion}`);
  if (!response) return refuse('no response provided');
  if (response.uid !== uid) refuse(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid)}`);
  if (response.result?.status !== 'Success') {
    const said = response.result?.message;
    refuse(typeof said === 'string' && said !== '' ? said : 'webhook failed with empty message');
  }
  const { convertedObjects } = response;
  return Array.isArray(convertedObjects) ? convertedObjects : refuse('invalid response, no converted objects');
}
