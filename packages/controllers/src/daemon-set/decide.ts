// Owns what a daemon set should do next: which nodes get a pod, and which pods go, because of where they are, because
// they ended, or because a rollout replaces them. Pure. Source: Kubernetes' daemon set controller.
import type { DaemonSet, Pod } from '@berth/objects';
import { isAvailable, isFinished, isGoing, isReady } from '../pod-state.ts';
import { isUpdated } from './placement.ts';
import { type Observed, type Place, placesOf } from './places.ts';
import { rollout } from './rollout.ts';

export interface Decision {
  /** Names of the nodes for which a pod is made. */
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
  /** Of those that go: those that ended by themselves. */
  readonly ended: readonly Pod[];
  /** Milliseconds after which it is time to look again; undefined: no time. */
  readonly againInMs: number | undefined;
}

/** What is done about one node, whatever is rolled out. */
interface Repair {
  readonly create: boolean;
  readonly delete: readonly Pod[];
  readonly ended: readonly Pod[];
  readonly againInMs: number | undefined;
}

export function decide(daemonSet: DaemonSet, observed: Observed): Decision {
  const { places, elsewhere } = placesOf(observed);
  const repairs = places.map((place) => repair(daemonSet, place, observed));
  const create = places.filter((_, index) => repairs[index]!.create).map(({ node }) => node);
  // Pods that wait for a node that there is not (any more): nobody else takes them away.
  const lost = elsewhere.filter((pod) => !pod.spec.nodeName && !isGoing(pod));
  const surplus = [...repairs.flatMap((one) => one.delete), ...lost];
  const ended = repairs.flatMap((one) => one.ended);
  const waits = repairs.flatMap(({ againInMs }) => (againInMs === undefined ? [] : [againInMs]));
  const againInMs = waits.length > 0 ? Math.min(...waits) : undefined;
  const isSettled = create.length + surplus.length + ended.length === 0;
  // One thing after the other: what comes of repairs shows what a rollout may do next.
  if (!isSettled || daemonSet.spec.updateStrategy?.type !== 'RollingUpdate')
    return { create, delete: [...surplus, ...ended], ended, againInMs };
  return { ...rollout(daemonSet, places, observed), ended: [], againInMs };
}

function repair(daemonSet: DaemonSet, { node, pods, run, stay }: Place, observed: Observed): Repair {
  const staying = pods.filter((pod) => !isGoing(pod));
  const nothing: Repair = { create: false, delete: [], ended: [], againInMs: undefined };
  if (!stay) return { ...nothing, delete: staying };
  const ended = staying.filter(isFinished);
  const alive = staying.filter((pod) => !isFinished(pod));
  const failed = ended.filter(({ status }) => status.phase === 'Failed');
  const wait = failed.length > 0 ? observed.patience(node) : 0;
  const replaced = wait > 0 ? ended.filter((pod) => !failed.includes(pod)) : ended;
  return {
    // Without surging, a node has one pod at a time: the next one comes when the last has gone.
    create: run && (surges(daemonSet) ? alive.length === 0 && ended.length === replaced.length : pods.length === 0),
    delete: surges(daemonSet) ? superseded(daemonSet, alive, observed) : alive.slice(1),
    ended: replaced,
    againInMs: wait > 0 ? wait : undefined,
  };
}

function surges({ spec: { updateStrategy } }: DaemonSet): boolean {
  if (updateStrategy?.type !== 'RollingUpdate') return false;
  const { maxSurge = 0 } = updateStrategy.rollingUpdate ?? {};
  return typeof maxSurge === 'number' ? maxSurge > 0 : Number.parseInt(maxSurge, 10) > 0;
}

/** While it surges, a node may have an old pod beside the new one, as long as the old one serves and the new does not. */
function superseded(daemonSet: DaemonSet, alive: readonly Pod[], { hash, now }: Observed): readonly Pod[] {
  const [newest, ...moreNew] = alive.filter((pod) => isUpdated(pod, hash));
  const [oldest, ...moreOld] = alive.filter((pod) => !isUpdated(pod, hash));
  const surplus = [...moreNew, ...moreOld];
  if (newest && oldest && (!isReady(oldest) || isAvailable(newest, daemonSet.spec.minReadySeconds, now)))
    surplus.push(oldest);
  return surplus;
}
