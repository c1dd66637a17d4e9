// Owns the `eviction` subresource of pods: a deletion that disruption budgets may forbid.
// Source: Kubernetes, "API-initiated Eviction".
import { type Clock, timestamp } from '@berth/host';
import {
  badRequestError,
  type DocumentType,
  type Draft,
  decode,
  draftOf,
  type Eviction,
  forbiddenError,
  kindOf,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgets,
  pods,
  StatusError,
  selectorFrom,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import type { AdmissionChain } from '../admission/chain.ts';
import type { Reads } from './reads.ts';
import { checkPreconditions } from './strategy.ts';
import { admitUnkept } from './unkept-admission.ts';
import { reportWarnings, type Writes } from './writes.ts';

const evictionType: DocumentType<Eviction> = {
  group: 'policy',
  version: 'v1',
  kind: 'Eviction',
  type: 'io.k8s.api.policy.v1.Eviction',
};

/** More evictions than this that nobody has confirmed are a sign that nobody does. */
const mostUnconfirmed = 2_000;

const violation = "Cannot evict pod as it would violate the pod's disruption budget.";

export interface EvictionRequest {
  readonly namespace: string;
  readonly name: string;
  readonly body: unknown;
  readonly options: WriteOptions;
}

export class Evictions {
  readonly #reads: Reads;
  readonly #writes: Writes;
  readonly #admission: AdmissionChain;
  readonly #clock: Clock;

  constructor(options: { reads: Reads; writes: Writes; admission: AdmissionChain; clock: Clock }) {
    this.#admission = options.admission;
    this.#reads = options.reads;
    this.#writes = options.writes;
    this.#clock = options.clock;
  }

  /** Throws TooManyRequests while the pod's budget has nothing to give. */
  async create(user: UserInfo, request: EvictionRequest): Promise<Pod> {
    const { namespace, name, options } = request;
    const eviction = reportWarnings(decode(evictionType, asV1(request.body), options), options);
    const isDry = () => options.dryRun || eviction.deleteOptions?.dryRun?.includes('All') || false;
    const about = { user, resource: pods, subresource: 'eviction', namespace, name };
    const sent = { document: evictionType, draft: eviction, options: { ...options, dryRun: isDry() } };
    await admitUnkept(this.#admission, { ...about, ...sent }, () => checkName(eviction, name));
    const asked: NonNullable<Eviction['deleteOptions']> = eviction.deleteOptions ?? {};
    const dryRun = isDry();
    const target = { namespace, name };
    const pod = await this.#reads.get(kindOf(pods), target);
    checkPreconditions(kindOf(pods), pod, asked.preconditions ?? {});
    const budget = isDisruption(pod) ? await this.#budgetOf(pod) : undefined;
    // What was judged by the pod's state holds for that state alone.
    const judged = budget !== undefined && isFree(budget, pod);
    if (budget && !judged) await this.#spend(user, budget, { pod, dryRun });
    const resourceVersion = judged ? pod.metadata.resourceVersion : undefined;
    if (!dryRun) await this.#announce(user, pod, resourceVersion);
    const { resourceVersion: _, ...preconditions } = asked.preconditions ?? {};
    const deletion = { ...asked, preconditions: { uid: pod.metadata.uid, ...preconditions } };
    return this.#writes.delete(user, kindOf(pods), { target, options: { ...deletion, dryRun: dryRun ? ['All'] : [] } });
  }

  async #budgetOf({ metadata: { namespace, labels } }: Pod): Promise<PodDisruptionBudget | undefined> {
    const { items } = await this.#reads.list(kindOf(podDisruptionBudgets), { namespace });
    const [budget, another] = items.filter(({ spec }) => selectorFrom(spec.selector)?.matches(labels));
    if (another)
      throw new StatusError(
        'InternalError',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    return budget;
  }

  /** Takes the pod off the budget's account, which the disruption controller sets right again. */
  async #spend(
    user: UserInfo,
    { metadata: { namespace, name } }: PodDisruptionBudget,
    { pod, dryRun }: { readonly pod: Pod; readonly dryRun: boolean },
  ): Promise<void> {
    await this.#writes.update({
      user,
      kind: kindOf(podDisruptionBudgets),
      target: { namespace, name },
      part: 'status',
      subresource: 'status',
      options: { dryRun },
      change: (budget) => {
        checkBudget(budget, pod);
        const draft = draftOf(budget);
        draft.status.disruptionsAllowed--;
        draft.status.disruptedPods = { ...draft.status.disruptedPods, [pod.metadata.name]: timestamp(this.#clock) };
        return draft;
      },
    });
  }

  /** Says in the pod's status why it goes. */
  async #announce(user: UserInfo, { metadata }: Pod, resourceVersion: string | undefined): Promise<void> {
    const { namespace, name, uid } = metadata;
    await this.#writes.update({
      user,
      kind: kindOf(pods),
      target: { namespace, name },
      part: 'whole',
      subresource: 'status',
      options: {},
      change: (pod) => {
        checkPreconditions(kindOf(pods), pod, { uid, resourceVersion });
        return evicted(pod, timestamp(this.#clock));
      },
    });
  }
}

function checkName({ metadata }: Draft<Eviction>, name: string): void {
  if (metadata.name !== name) throw badRequestError('name in URL does not match name in Eviction object');
}

/** Older clients send the same in an older version. */
function asV1(body: unknown): unknown {
  const isOlder = (body as { readonly apiVersion?: unknown } | null)?.apiVersion === 'policy/v1beta1';
  return isOlder ? { ...(body as object), apiVersion: 'policy/v1' } : body;
}

/** Whether anybody misses the pod: not one that has not begun, has ended or goes already. */
function isDisruption({ metadata, status: { phase } }: Pod): boolean {
  return !metadata.deletionTimestamp && phase !== 'Pending' && phase !== 'Succeeded' && phase !== 'Failed';
}

/** A pod that is not ready can go, unless its application is already short of pods and may need it. */
function isFree({ spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (pod.status.conditions?.some(({ type, status: ready }) => type === 'Ready' && ready === 'True')) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy;
}

/** Throws TooManyRequests or Forbidden. */
function checkBudget({ metadata, status }: PodDisruptionBudget, pod: Pod): void {
  const { disruptionsAllowed, desiredHealthy, currentHealthy, disruptedPods = {} } = status;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    throw tooMany(`The disruption budget ${metadata.name} is still being processed by the server.`, 10);
  if (Object.keys(disruptedPods).length > mostUnconfirmed)
    throw forbiddenError(
      podDisruptionBudgets,
      pod.metadata.name,
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    );
  if (disruptionsAllowed <= 0)
    throw tooMany(
      `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
      0,
    );
}

function tooMany(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError('TooManyRequests', violation, {
    causes: [{ reason: 'DisruptionBudget', message }],
    retryAfterSeconds,
  });
}

/** The pod with the condition that tells why it is about to go. */
function evicted(pod: Pod, lastTransitionTime: string): Draft<Pod> {
  const draft = draftOf(pod);
  draft.status.conditions = [
    ...(draft.status.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget'),
    {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      lastTransitionTime,
    },
  ];
  return draft;
}
