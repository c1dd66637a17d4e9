// Owns the admission plugin that holds writes against validating admission policies.
// Source: Kubernetes admission plugin ValidatingAdmissionPolicy.
import {
  forbiddenError,
  type KubeObject,
  type NamedRuleWithOperations,
  type Namespace,
  type ParamKind,
  type Status,
  StatusError,
  type ValidatingAdmissionPolicyBinding,
} from '@berth/objects';
import type { Variables } from '../expressions/environment.ts';
import { expressionValue } from '../expressions/values.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../plugin.ts';
import { isExempt } from '../webhooks/calling.ts';
import { matchedBy, matchesRule, type OtherVersions, selectsNamespace, selectsObject } from '../webhooks/matching.ts';
import { type ReviewedRequest, reviewedRequest } from '../webhooks/reviewed-request.ts';
import { decidePolicy, type Failure } from './decide.ts';
import type { ParamReader } from './params.ts';
import type { ListedBinding, ListedPolicy, Matcher } from './policy-list.ts';

export interface PolicySurroundings {
  /** Throws NotFound. */
  namespace(name: string): Promise<Namespace>;
  readonly params: ParamReader;
  readonly otherVersions: OtherVersions;
  variablesOf(request: AdmissionRequest, reviewed: ReviewedRequest): Variables;
}

interface Denial extends Failure {
  readonly policy: string;
  /** Undefined: the policy itself could not be applied. */
  readonly binding?: string;
}

const codes: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

export function validatingPolicies(
  policies: () => readonly ListedPolicy[],
  surroundings: PolicySurroundings,
): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionPolicy',
    validate(request) {
      const all = policies();
      return all.length === 0 || isExempt(request) ? undefined : new Run(request, surroundings).holdAll(all);
    },
  };
}

/** One request on its way through the policies. */
class Run {
  readonly #request: AdmissionRequest;
  readonly #reviewed: ReviewedRequest;
  readonly #surroundings: PolicySurroundings;
  readonly #denials: Denial[] = [];
  readonly #annotations = new Map<string, Set<string>>();
  readonly #audited: object[] = [];
  /** By the version in which the request is seen. */
  readonly #variables = new Map<string, Variables>();
  #namespace: Promise<Namespace> | undefined;

  constructor(request: AdmissionRequest, surroundings: PolicySurroundings) {
    this.#request = request;
    this.#reviewed = reviewedRequest(request);
    this.#surroundings = surroundings;
  }

  async holdAll(policies: readonly ListedPolicy[]): Promise<void> {
    for (const listed of policies) await this.#hold(listed);
    this.#finish();
  }

  async #hold(listed: ListedPolicy): Promise<void> {
    const { policy, matcher, compiled, bindings } = listed;
    let reviewed: ReviewedRequest | undefined;
    try {
      reviewed = await this.#concerns(matcher);
      if (!reviewed) return;
      if (compiled instanceof Error) throw compiled;
    } catch (error) {
      return this.#misconfigured(listed, `failed to configure policy: ${(error as Error).message}`);
    }
    for (const listedBinding of bindings) {
      const { binding, matcher: within } = listedBinding;
      try {
        if (within && !(await this.#concerns(within))) continue;
        const params = await this.#params(policy.spec.paramKind, listedBinding);
        for (const param of params) await this.#judge(listed, listedBinding, { param, reviewed });
      } catch (error) {
        this.#misconfigured(listed, `failed to configure binding: ${(error as Error).message}`, binding.metadata.name);
      }
    }
  }

  /** Throws what the first denial says. */
  #finish(): void {
    const { notices, resource, name } = this.#request;
    for (const [key, values] of this.#annotations) notices?.onAuditAnnotation?.(key, [...values].join(', '));
    if (this.#audited.length > 0)
      notices?.onAuditAnnotation?.(
        'validation.policy.admission.k8s.io/validation_failure',
        JSON.stringify(this.#audited),
      );
    const [denial] = this.#denials;
    if (!denial) return;
    const with_ = denial.binding === undefined ? '' : ` with binding '${denial.binding}'`;
    const message = `ValidatingAdmissionPolicy '${denial.policy}'${with_} denied request: ${denial.message}`;
    throw new PolicyDenial(forbiddenError(resource, name, message), message, denial.reason);
  }

  /** The request as the rules name it; undefined: they are not about it. */
  async #concerns({ match, namespaces, objects }: Matcher): Promise<ReviewedRequest | undefined> {
    const { matchPolicy, resourceRules = [], excludeResourceRules = [] } = match;
    const by = (rules: typeof resourceRules) => (asked: ReviewedRequest) =>
      rules.some((rule) => matchesRule(rule, asked) && namesObject(rule, asked));
    const how = { matchPolicy, otherVersions: this.#surroundings.otherVersions };
    if (matchedBy(by(excludeResourceRules), this.#reviewed, how)) return undefined;
    // A binding may leave the rules to its policy.
    const applies = resourceRules.length > 0 ? by(resourceRules) : () => true;
    const reviewed = matchedBy(applies, this.#reviewed, how);
    if (!reviewed || !selectsObject(objects, reviewed)) return undefined;
    const labelsOf = async () => (await this.#namespaceObject()).metadata.labels;
    return (await selectsNamespace(namespaces, reviewed, labelsOf)) ? reviewed : undefined;
  }

  #params(paramKind: ParamKind | undefined, { binding }: ListedBinding): Promise<readonly (KubeObject | null)[]> {
    const { paramRef } = binding.spec;
    if (!paramKind || !paramRef) return Promise.resolve([null]);
    return this.#surroundings.params(paramKind, paramRef, this.#request.namespace);
  }

  async #judge(
    { policy, compiled }: ListedPolicy,
    { binding }: ListedBinding,
    { param, reviewed }: { readonly param: KubeObject | null; readonly reviewed: ReviewedRequest },
  ): Promise<void> {
    if (compiled instanceof Error) return;
    const failOpen = policy.spec.failurePolicy === 'Ignore';
    const variables = { ...(await this.#variablesIn(reviewed)), params: expressionValue(param) };
    const { failures, annotations } = decidePolicy(compiled, variables, failOpen);
    for (const [key, value] of Object.entries(annotations)) this.#annotate(`${policy.metadata.name}/${key}`, value);
    for (const failure of failures)
      for (const action of binding.spec.validationActions ?? []) this.#act(action, failure, binding);
  }

  async #variablesIn(reviewed: ReviewedRequest): Promise<Variables> {
    const { version } = reviewed.resource;
    const variables = this.#variables.get(version) ?? {
      ...this.#surroundings.variablesOf(this.#request, reviewed),
      namespaceObject: this.#request.namespace ? expressionValue(await this.#namespaceObject()) : null,
    };
    this.#variables.set(version, variables);
    return variables;
  }

  #act(
    action: 'Audit' | 'Deny' | 'Warn',
    failure: Failure,
    { metadata, spec }: ValidatingAdmissionPolicyBinding,
  ): void {
    const names = { policy: spec.policyName ?? '', binding: metadata.name };
    switch (action) {
      case 'Deny':
        this.#denials.push({ ...failure, ...names });
        break;
      case 'Warn':
        this.#request.notices?.onWarning?.(
          `Validation failed for ValidatingAdmissionPolicy '${names.policy}' with binding '${names.binding}': ${failure.message}`,
        );
        break;
      case 'Audit': {
        const { message, index = 0 } = failure;
        const audited = { message, ...names, expressionIndex: index, validationActions: spec.validationActions };
        this.#audited.push(audited);
      }
    }
  }

  #annotate(key: string, value: string): void {
    const values = this.#annotations.get(key) ?? new Set();
    this.#annotations.set(key, values.add(value));
  }

  #misconfigured({ policy }: ListedPolicy, message: string, binding?: string): void {
    if (policy.spec.failurePolicy === 'Ignore') return;
    this.#denials.push({ policy: policy.metadata.name, binding, message, reason: 'Invalid' });
  }

  #namespaceObject(): Promise<Namespace> {
    this.#namespace ??= this.#surroundings.namespace(this.#reviewed.namespace);
    return this.#namespace;
  }
}

function namesObject({ resourceNames }: NamedRuleWithOperations, { name }: ReviewedRequest): boolean {
  return !resourceNames?.length || resourceNames.includes(name);
}

/** Worded as a Forbidden, with the reason and the code that the policy asks for. */
class PolicyDenial extends StatusError {
  readonly #reason: string;

  constructor({ message, details }: StatusError, cause: string, reason: string) {
    super('Invalid', message, { ...details, causes: [{ message: cause }] }, codes[reason] ?? 422);
    this.#reason = reason;
  }

  override toStatus(): Status {
    return { ...super.toStatus(), reason: this.#reason as Status['reason'] };
  }
}
