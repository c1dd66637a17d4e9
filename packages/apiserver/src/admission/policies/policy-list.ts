// Owns which validating admission policies there are and how they are bound, as the watch cache tells of them.
import {
  type MatchResources,
  qualifiedName,
  type Resource,
  type Selector,
  type ValidatingAdmissionPolicy,
  type ValidatingAdmissionPolicyBinding,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@berth/objects';
import type { CacheEvent } from '../../watch-cache/cache-event.ts';
import { narrowing } from '../webhooks/matching.ts';
import { type CompiledPolicy, compilePolicy } from './compile-policy.ts';

export interface Matcher {
  readonly match: MatchResources;
  /** Undefined: everything. */
  readonly namespaces: Selector | undefined;
  readonly objects: Selector | undefined;
}

export interface ListedPolicy {
  readonly policy: ValidatingAdmissionPolicy;
  readonly matcher: Matcher;
  /** An Error: it cannot be evaluated. */
  readonly compiled: CompiledPolicy | Error;
  readonly bindings: readonly ListedBinding[];
}

export interface ListedBinding {
  readonly binding: ValidatingAdmissionPolicyBinding;
  /** Undefined: whatever the policy matches. */
  readonly matcher: Matcher | undefined;
}

type Read = Omit<ListedPolicy, 'bindings'>;

export class PolicyList {
  readonly #policies = new Map<string, Read>();
  readonly #bindings = new Map<string, ListedBinding>();
  #listed: readonly ListedPolicy[] = [];

  /** Those that are bound, by name. */
  get listed(): readonly ListedPolicy[] {
    return this.#listed;
  }

  reset(policies: Iterable<ValidatingAdmissionPolicy>, bindings: Iterable<ValidatingAdmissionPolicyBinding>): void {
    this.#policies.clear();
    this.#bindings.clear();
    for (const policy of policies) this.#policies.set(policy.metadata.name, read(policy));
    for (const binding of bindings) this.#bindings.set(binding.metadata.name, readBinding(binding));
    this.#join();
  }

  follow(resource: Resource, { previous, object }: CacheEvent): void {
    const name = qualifiedName(resource);
    const key = (object ?? previous)?.metadata.name ?? '';
    if (name === qualifiedName(validatingAdmissionPolicies))
      put(this.#policies, key, object && read(object as unknown as ValidatingAdmissionPolicy));
    else if (name === qualifiedName(validatingAdmissionPolicyBindings))
      put(this.#bindings, key, object && readBinding(object as unknown as ValidatingAdmissionPolicyBinding));
    else return;
    this.#join();
  }

  #join(): void {
    const listed = [...this.#policies.values()].map((one) => {
      const { name } = one.policy.metadata;
      const bindings = [...this.#bindings.values()].filter(({ binding }) => binding.spec.policyName === name);
      return { ...one, bindings: bindings.sort((a, b) => byName(a.binding, b.binding)) };
    });
    this.#listed = listed.filter(({ bindings }) => bindings.length > 0).sort((a, b) => byName(a.policy, b.policy));
  }
}

function put<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value) map.set(key, value);
  else map.delete(key);
}

function byName(a: { metadata: { name: string } }, b: { metadata: { name: string } }): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function read(policy: ValidatingAdmissionPolicy): Read {
  return { policy, matcher: matcherOf(policy.spec.matchConstraints ?? {}), compiled: compiled(policy) };
}

function compiled(policy: ValidatingAdmissionPolicy): CompiledPolicy | Error {
  try {
    return compilePolicy(policy);
  } catch (error) {
    return error as Error;
  }
}

function readBinding(binding: ValidatingAdmissionPolicyBinding): ListedBinding {
  const { matchResources } = binding.spec;
  return { binding, matcher: matchResources && matcherOf(matchResources) };
}

function matcherOf(match: MatchResources): Matcher {
  return { match, namespaces: narrowing(match.namespaceSelector), objects: narrowing(match.objectSelector) };
}
