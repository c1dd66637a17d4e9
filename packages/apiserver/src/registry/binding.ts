// Owns the binding of a pod to a node: the node's name and the condition PodScheduled, in one write.
import { type Clock, timestamp } from '@berth/host';
import {
  type Binding,
  badRequestError,
  conflictError,
  type DocumentType,
  type Draft,
  dns1123SubdomainProblems,
  invalid,
  invalidError,
  notSupported,
  type Pod,
  required,
} from '@berth/objects';

export const bindingType: DocumentType<Binding> = {
  group: '',
  version: 'v1',
  kind: 'Binding',
  type: 'io.k8s.api.core.v1.Binding',
};

/** Throws Invalid if the binding names no node, BadRequest if it is of another pod. */
export function checkBinding(binding: Binding, podName: string): void {
  if (binding.metadata.name !== podName) throw badRequestError('name in URL does not match name in Binding object');
  const { kind, name } = binding.target;
  const errors = [
    ...(kind && kind !== 'Node' ? [notSupported('target.kind', kind, ['Node', '<empty>'])] : []),
    ...(name
      ? dns1123SubdomainProblems(name).map((problem) => invalid('target.name', name, problem))
      : [required('target.name')]),
  ];
  if (errors.length > 0) throw invalidError(bindingType, podName, errors);
}

/** The pod as it is once bound. Throws Conflict if it is bound already, is being deleted or is not to be scheduled yet. */
export function bound(pod: Pod, { metadata: { annotations }, target }: Binding, clock: Clock): Draft<Pod> {
  const refuse = (detail: string) => conflictError({ group: '', plural: 'pods/binding' }, pod.metadata.name, detail);
  if (pod.metadata.deletionTimestamp)
    throw refuse(`pod ${pod.metadata.name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName)
    throw refuse(`pod ${pod.metadata.name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec.schedulingGates?.length) throw refuse(`pod ${pod.metadata.name} has non-empty .spec.schedulingGates`);
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: timestamp(clock) } as const;
  // Only what changes is copied; the rest is shared with the old version, frozen as it is.
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(annotations ? { annotations: { ...pod.metadata.annotations, ...annotations } } : {}),
    },
    spec: { ...pod.spec, nodeName: target.name },
    status: { ...pod.status, conditions: [...others, scheduled] },
  } as Draft<Pod>;
}
