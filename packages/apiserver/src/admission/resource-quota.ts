// Owns what the quotas of a namespace let into it: nothing that would exceed one, and nothing that does not say what it
// is to be charged. What is written is charged before, what is gone or takes less is given back after.
// Source: Kubernetes admission plugin ResourceQuota.
import {
  chargeOf,
  concernsObject,
  differenceOf,
  forbiddenError,
  isCounted,
  type Kind,
  type KubeObject,
  onlyAboveZero,
  type Resource,
  type ResourceQuota,
} from '@berth/objects';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { giveBack, type LedgerOptions, QuotaLedger } from './quota/ledger.ts';

export interface ResourceQuotaOptions extends LedgerOptions {
  kindOf(resource: Resource): Kind;
}

export class ResourceQuotas implements AdmissionPlugin {
  readonly name = 'ResourceQuota';
  readonly #options: ResourceQuotaOptions;
  readonly #ledger: QuotaLedger;

  constructor(options: ResourceQuotaOptions) {
    this.#options = options;
    this.#ledger = new QuotaLedger(options);
  }

  async allocate(request: AdmissionRequest): Promise<void> {
    const { namespace = '', draft, old, dryRun } = request;
    if (!draft || request.subresource || this.#options.quotas(namespace).length === 0) return;
    const kind = this.#options.kindOf(request.resource);
    if (!isCounted(kind) || (old && !kind.quota?.chargesUpdates)) return;
    const object = draft as KubeObject;
    if (!old) this.#checkSaid(request, kind, object);
    const { clock } = this.#options;
    const began = clock.monotonic();
    const amountsOf = (quota: ResourceQuota) => more(kind, { from: old, to: object, quota, now: clock.now() });
    const result = await this.#ledger.charge(namespace, { type: 'charge', amountsOf, dryRun });
    if ('problem' in result) throw forbiddenError(request.resource, request.name, result.problem);
    request.onSettled((written) => {
      if (!written && result.receipt.size > 0) this.#ledger.refund(namespace, giveBack(result.receipt), began);
    });
  }

  /** Before an object is changed or removed: what is to be called when it was. */
  beforeChange<T extends KubeObject>(kind: Kind<T>, old: T): ((next: T | undefined) => void) | undefined {
    const { clock, quotas } = this.#options;
    const { namespace = '' } = old.metadata;
    if (!isCounted(kind) || quotas(namespace).length === 0) return undefined;
    const began = clock.monotonic();
    return (next) => {
      const amountsOf = (quota: ResourceQuota) => more(kind, { from: next, to: old, quota, now: clock.now() });
      const matters = quotas(namespace).some((quota) => Object.keys(amountsOf(quota)).length > 0);
      if (matters) this.#ledger.refund(namespace, amountsOf, began);
    };
  }

  /** Throws Forbidden. */
  #checkSaid(request: AdmissionRequest, kind: Kind, object: KubeObject): void {
    for (const quota of this.#options.quotas(request.namespace ?? '')) {
      if (!concernsObject(quota, kind, object)) continue;
      const problem = kind.quota?.missing?.(object, new Set(Object.keys(quota.status?.hard ?? {})));
      if (problem)
        throw forbiddenError(request.resource, request.name, `failed quota: ${quota.metadata.name}: ${problem}`);
    }
  }
}

/** What an object takes more of the quota than what it was before. */
function more<T extends KubeObject>(
  kind: Kind<T>,
  {
    from,
    to,
    ...rest
  }: { readonly from: T | undefined; readonly to: T; readonly quota: ResourceQuota; readonly now: number },
) {
  return onlyAboveZero(differenceOf(chargeOf(kind, to, rest), from ? chargeOf(kind, from, rest) : {}));
}
