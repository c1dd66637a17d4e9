// Owns which requests a webhook or a policy is about, as far as its rules and selectors tell. Pure.
// Source: Kubernetes API reference, admissionregistration.k8s.io/v1 RuleWithOperations.
import { type LabelSelector, type RuleWithOperations, type Selector, selectorFrom } from '@berth/objects';
import { isNamespaces, labelsOf, type ReviewedRequest, reviewedAs } from './reviewed-request.ts';

export function matchesRule(rule: RuleWithOperations, request: ReviewedRequest): boolean {
  const { resource, operation } = request;
  return (
    has(rule.operations, operation) &&
    has(rule.apiGroups, resource.group) &&
    has(rule.apiVersions, resource.version) &&
    inScope(rule.scope, request) &&
    (rule.resources ?? []).some((name) => namesResource(name, request))
  );
}

/** The other versions in which the objects of a resource are served. `sameForm`: they differ by their names alone. */
export type OtherVersions = (
  resource: ReviewedRequest['resource'],
) => readonly { readonly version: string; readonly sameForm: boolean }[];

/**
 * The request as the rules name it: by itself or, unless they are to be taken literally, by another version of its
 * resource, in which it is then shown if nobody has to convert it. Undefined: they are not about it.
 */
export function matchedBy(
  applies: (request: ReviewedRequest) => boolean,
  request: ReviewedRequest,
  { matchPolicy, otherVersions }: { readonly matchPolicy: string | undefined; readonly otherVersions: OtherVersions },
): ReviewedRequest | undefined {
  if (applies(request)) return request;
  if (matchPolicy === 'Exact') return undefined;
  for (const { version, sameForm } of otherVersions(request.resource)) {
    const other = reviewedAs(request, version);
    if (applies(other)) return sameForm ? other : request;
  }
  return undefined;
}

function has(values: readonly string[] | undefined, value: string): boolean {
  return values?.some((item) => item === '*' || item === value) ?? false;
}

/** A namespace object is in no namespace, though its name stands where that of one does. */
function inScope(scope: string | undefined, { resource, namespace }: ReviewedRequest): boolean {
  const namespaced = namespace !== '' && !isNamespaces({ group: resource.group, plural: resource.resource });
  if (scope === 'Namespaced') return namespaced;
  return scope === 'Cluster' ? !namespaced : true;
}

/** `pods` is not `pods/status`, and `*` is no subresource. */
function namesResource(name: string, { resource, subresource }: ReviewedRequest): boolean {
  const slash = name.indexOf('/');
  const plural = slash < 0 ? name : name.slice(0, slash);
  const part = slash < 0 ? '' : name.slice(slash + 1);
  return (plural === '*' || plural === resource.resource) && (part === '*' || part === subresource);
}

/** Undefined where everything is selected, as by a selector that says nothing. */
export function narrowing(selector: LabelSelector | undefined): Selector | undefined {
  const says = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0);
  return says > 0 ? selectorFrom(selector) : undefined;
}

/** Either of the two states of the object is enough; what has no metadata has no labels to select. */
export function selectsObject(selector: Selector | undefined, request: ReviewedRequest): boolean {
  if (!selector) return true;
  return [request.object(), request.oldObject()].some(
    (object) => hasMetadata(object) && selector.matches(labelsOf(object)),
  );
}

function hasMetadata(object: unknown): boolean {
  return typeof object === 'object' && object !== null && 'metadata' in object;
}

/** What a namespace selector is asked about a namespaced request. */
export type NamespaceLabels = (name: string) => Promise<Readonly<Record<string, string>> | undefined>;

/** What is in no namespace is always selected. Throws NotFound if the namespace is not there. */
export async function selectsNamespace(
  selector: Selector | undefined,
  request: ReviewedRequest,
  labelsOfNamespace: NamespaceLabels,
): Promise<boolean> {
  if (!selector || request.namespace === '') return true;
  const { group, resource } = request.resource;
  if (!isNamespaces({ group, plural: resource })) return selector.matches(await labelsOfNamespace(request.namespace));
  // A namespace that is written has the labels that it is to have.
  const written = request.subresource === '' ? request.object() : null;
  return selector.matches(labelsOf(written ?? request.oldObject()));
}
