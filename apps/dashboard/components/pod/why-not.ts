// Owns the answer to 'why isn't it running?': the four steps that every pod takes, and at which it stands, from the
// pod's status. Pure.
import type { ContainerStatus, Pod } from '@berth/objects';

type StepState = 'done' | 'here' | 'stuck' | 'ahead';

export interface Step {
  readonly name: 'Place' | 'Image' | 'Start' | 'Ready';
  readonly state: StepState;
  /** What is known of it, in a sentence. */
  readonly text: string;
}

interface Exit {
  readonly container: string;
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
  readonly at?: string;
}

export interface Verdict {
  readonly steps: readonly Step[];
  readonly exits: readonly Exit[];
}

const imageTroubles: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
]);
const startTroubles: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
]);

function waiting(statuses: readonly ContainerStatus[], reasons: ReadonlySet<string>): ContainerStatus | undefined {
  return statuses.find((status) => reasons.has(status.state?.waiting?.reason ?? ''));
}

/** Undefined when there is nothing to explain: it runs and is ready, has done its work, or is going. */
export function whyNot(pod: Pod): Verdict | undefined {
  const { status } = pod;
  const conditions = status.conditions ?? [];
  const isTrue = (type: string) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True');
  if (pod.metadata.deletionTimestamp || status.phase === 'Succeeded' || isTrue('Ready')) return undefined;
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return { steps: stepsOf(pod, statuses, isTrue), exits: exitsOf(statuses) };
}

function stepsOf(pod: Pod, statuses: readonly ContainerStatus[], isTrue: (type: string) => boolean): Step[] {
  const node = pod.spec.nodeName;
  const unscheduled = pod.status.conditions?.find(
    (condition) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  const place: Step = node
    ? { name: 'Place', state: 'done', text: `On ${node}.` }
    : unscheduled
      ? { name: 'Place', state: 'stuck', text: unscheduled.message ?? 'No node takes it.' }
      : { name: 'Place', state: 'here', text: 'The scheduler looks for a node.' };
  if (!node) return [place, ...ahead('Image', 'Start', 'Ready')];

  const noImage = waiting(statuses, imageTroubles);
  if (noImage) {
    const text = noImage.state?.waiting?.message ?? `${noImage.image}: ${noImage.state?.waiting?.reason}`;
    return [place, { name: 'Image', state: 'stuck', text }, ...ahead('Start', 'Ready')];
  }
  const noStart =
    waiting(statuses, startTroubles) ?? statuses.find((status) => (status.state?.terminated?.exitCode ?? 0) !== 0);
  const image: Step = { name: 'Image', state: 'done', text: statuses.map((status) => status.image).join(', ') };
  if (noStart) {
    const { name, state } = noStart;
    const text =
      state?.waiting?.message ??
      state?.terminated?.message ??
      `${name}: ${state?.waiting?.reason ?? `exit code ${state?.terminated?.exitCode}`}`;
    return [place, image, { name: 'Start', state: 'stuck', text }, ...ahead('Ready')];
  }
  const started = statuses.length > 0 && statuses.every((status) => status.state?.running || status.state?.terminated);
  if (!started) {
    return [
      place,
      { name: 'Image', state: 'here', text: 'The node makes the containers.' },
      ...ahead('Start', 'Ready'),
    ];
  }
  const start: Step = { name: 'Start', state: 'done', text: 'All containers run.' };
  const notReady = statuses.filter((status) => status.state?.running && !status.ready).map((status) => status.name);
  const ready: Step = isTrue('ContainersReady')
    ? { name: 'Ready', state: 'here', text: 'The containers are ready; the pod is about to be.' }
    : { name: 'Ready', state: 'here', text: `Not ready yet: ${notReady.join(', ') || 'waiting for its probes'}.` };
  return [place, image, start, ready];
}

function ahead(...names: Step['name'][]): Step[] {
  return names.map((name) => ({ name, state: 'ahead', text: '' }));
}

function exitsOf(statuses: readonly ContainerStatus[]): Exit[] {
  return statuses.flatMap((status) => {
    const last = status.state?.terminated ?? status.lastState?.terminated;
    if (!last || last.exitCode === 0) return [];
    return [
      { container: status.name, code: last.exitCode, reason: last.reason, message: last.message, at: last.finishedAt },
    ];
  });
}
