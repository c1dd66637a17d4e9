// Owns what a CustomResourceDefinition is told of its names and of its approval, and what it says while it goes. Pure.
// Source: Kubernetes' naming, establishing and finalizing controllers of definitions.
import {
  approvalOf,
  type CustomResourceDefinition,
  type CustomResourceDefinitionCondition,
  type CustomResourceDefinitionNames,
  type CustomResourceDefinitionStatus,
  isProtectedGroup,
} from '@berth/objects';

/** Names of resources and of kinds that others of the group have. */
export interface TakenNames {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

type Condition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

/** The status as it should be, without what the definition says of its end. */
export function namedStatus(
  definition: CustomResourceDefinition,
  taken: TakenNames,
  now: string,
): CustomResourceDefinitionStatus {
  const { spec, status, metadata } = definition;
  const { names, conflict } = acceptedNames(definition, taken);
  const { status: established = 'False' } = conditionOf(status, 'Established') ?? {};
  const wereAccepted = conditionOf(status, 'NamesAccepted')?.status === 'True';
  const conditions: Condition[] = [
    conflict ?? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    establishedCondition(established === 'True', { conflict: conflict !== undefined, wereAccepted }),
    ...(isProtectedGroup(spec.group) ? [approvalCondition(metadata.annotations)] : []),
  ];
  return { ...status, acceptedNames: names, conditions: merged(status.conditions, conditions, now) };
}

/** Only a later step establishes a definition whose names were accepted: by then its kinds are served. */
function establishedCondition(
  isEstablished: boolean,
  { conflict, wereAccepted }: { readonly conflict: boolean; readonly wereAccepted: boolean },
): Condition {
  const type = 'Established';
  const message = 'the initial names have been accepted';
  if (isEstablished || (!conflict && wereAccepted))
    return { type, status: 'True', reason: 'InitialNamesAccepted', message };
  if (!conflict) return { type, status: 'False', reason: 'Installing', message };
  return { type, status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

/** The status with what the definition says of its end. */
export function terminatingStatus(
  { status }: CustomResourceDefinition,
  { remaining, problem }: { readonly remaining: number; readonly problem?: string },
  now: string,
): CustomResourceDefinitionStatus {
  const condition = terminating(remaining, problem);
  return { ...status, conditions: merged(status.conditions, [condition], now) };
}

function terminating(remaining: number, problem: string | undefined): Condition {
  const type = 'Terminating';
  if (problem !== undefined)
    return {
      type,
      status: 'True',
      reason: 'InstanceDeletionFailed',
      message: `could not list instances: ${problem}`,
    };
  return remaining > 0
    ? {
        type,
        status: 'True',
        reason: 'InstanceDeletionInProgress',
        message: 'CustomResource deletion is in progress',
      }
    : { type, status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' };
}

function conditionOf({ conditions = [] }: CustomResourceDefinitionStatus, type: string) {
  return conditions.find((condition) => condition.type === type);
}

function approvalCondition(annotations: Readonly<Record<string, string>> | undefined): Condition {
  const type = 'KubernetesAPIApprovalPolicyConformant';
  const { state, problem } = approvalOf(annotations);
  switch (state) {
    case 'approved':
      return {
        type,
        status: 'True',
        reason: 'ApprovedAnnotation',
        message: `approved in ${annotations?.['api-approved.kubernetes.io']}`,
      };
    case 'bypassed':
      return { type, status: 'False', reason: 'UnapprovedAnnotation', message: problem };
    case 'invalid':
      return { type, status: 'False', reason: 'InvalidAnnotation', message: problem };
    case 'missing':
      return { type, status: 'False', reason: 'MissingAnnotation', message: problem };
  }
}

/** A name that somebody else has is not accepted: what was accepted before stays. */
function acceptedNames(
  { spec, status }: CustomResourceDefinition,
  { resources, kinds }: TakenNames,
): { readonly names: CustomResourceDefinitionNames; readonly conflict: Condition | undefined } {
  const wanted = spec.names;
  const before = status.acceptedNames;
  const conflicts: [reason: string, message: string][] = [];
  const accept = (name: string, taken: ReadonlySet<string>, reason: string, current = '') => {
    if (!taken.has(name)) return name;
    conflicts.push([reason, `${JSON.stringify(name)} is already in use`]);
    return current;
  };
  const plural = accept(wanted.plural, resources, 'PluralConflict', before?.plural);
  const singular = accept(wanted.singular ?? '', resources, 'SingularConflict', before?.singular);
  const shortConflicts = (wanted.shortNames ?? []).filter((name) => resources.has(name));
  if (shortConflicts.length > 0)
    conflicts.push([
      'ShortNamesConflict',
      shortConflicts.map((name) => `${JSON.stringify(name)} is already in use`).join(', '),
    ]);
  const kind = accept(wanted.kind, kinds, 'KindConflict', before?.kind);
  const listKind = accept(wanted.listKind ?? '', kinds, 'ListKindConflict', before?.listKind);
  const shortNames = shortConflicts.length > 0 ? before?.shortNames : wanted.shortNames;
  const names = {
    plural,
    singular,
    ...(shortNames ? { shortNames } : {}),
    kind,
    listKind,
    ...(wanted.categories ? { categories: wanted.categories } : {}),
  };
  const [last] = conflicts.slice(-1);
  return {
    names,
    conflict: last && { type: 'NamesAccepted', status: 'False', reason: last[0], message: last[1] },
  };
}

/** A condition whose status stays keeps its time. */
function merged(
  before: readonly CustomResourceDefinitionCondition[] = [],
  conditions: readonly Condition[],
  now: string,
): CustomResourceDefinitionCondition[] {
  const changed = conditions.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    const lastTransitionTime = known?.status === condition.status ? known.lastTransitionTime : now;
    return { ...condition, lastTransitionTime };
  });
  const others = before.filter(({ type }) => !conditions.some((condition) => condition.type === type));
  return [...changed, ...others];
}
