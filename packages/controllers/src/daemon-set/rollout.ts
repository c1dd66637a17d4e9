// Owns one step of a rolling update of a daemon set: whose pod goes, or which node gets the new one beside the old one.
// Pure. Source: Kubernetes, "Perform a Rolling Update on a DaemonSet".
import type { DaemonSet, Pod } from '@berth/objects';
import { isAvailable, isGoing } from '../pod-state.ts';
import { isUpdated } from './placement.ts';
import type { Observed, Place } from './places.ts';

interface Step {
  readonly create: readonly string[];
  readonly delete: readonly Pod[];
}

/** The pods of a place that stay, told apart; undefined where there are too many, which is repaired first. */
interface Pair {
  readonly old: Pod | undefined;
  readonly updated: Pod | undefined;
}

export function rollout(daemonSet: DaemonSet, places: readonly Place[], observed: Observed): Step {
  const concerned = places.filter(({ run, pods }) => run || pods.length > 0);
  const { unavailable, surge } = limitsOf(daemonSet, places.filter(({ run }) => run).length);
  const pairOf = (place: Place) => pairIn(place, observed.hash);
  const available = (pod: Pod | undefined) =>
    pod !== undefined && isAvailable(pod, daemonSet.spec.minReadySeconds, observed.now);
  const facts = { pairOf, available };
  return surge === 0 ? replaceInPlace(concerned, facts, unavailable) : replaceBeside(concerned, facts, surge);
}

interface Facts {
  pairOf(place: Place): Pair | undefined;
  available(pod: Pod | undefined): boolean;
}

/** Old pods go, no more at a time than may be missing; what does not serve anyway goes at once. */
function replaceInPlace(places: readonly Place[], { pairOf, available }: Facts, limit: number): Step {
  const useless: Pod[] = [];
  const serving: Pod[] = [];
  let missing = 0;
  for (const place of places) {
    const { old, updated } = pairOf(place) ?? {};
    // Of two, one is about to be repaired away.
    const only = old && updated ? undefined : (old ?? updated);
    const serves = available(only);
    if (!serves) missing++;
    if (only && only === old) (serves ? serving : useless).push(only);
  }
  return { create: [], delete: [...useless, ...serving.slice(0, Math.max(0, limit - missing))] };
}

/** New pods come beside old ones, no more at a time than may be; the old one goes when the new one serves. */
function replaceBeside(places: readonly Place[], { pairOf, available }: Facts, limit: number): Step {
  const create: string[] = [];
  const waiting: string[] = [];
  const done: Pod[] = [];
  const outOfPlace: Pod[] = [];
  let surging = 0;
  let serving = 0;
  for (const place of places) {
    const pair = pairOf(place);
    if (!pair) {
      surging++;
      continue;
    }
    const { old, updated } = pair;
    if (available(old) || available(updated)) serving++;
    if (!old) continue;
    if (updated) {
      if (available(updated)) done.push(old);
      else surging++;
    } else if (!place.run) {
      // Nothing new comes here.
      if (available(old)) outOfPlace.push(old);
      else done.push(old);
    } else if (available(old)) waiting.push(place.node);
    else create.push(place.node);
  }
  const wanted = places.filter(({ run }) => run).length;
  return {
    create: [...create, ...waiting.slice(0, Math.max(0, limit - surging))],
    // Whoever surges wants to lose nothing: what is out of place serves until enough others do.
    delete: [...done, ...outOfPlace.slice(0, Math.max(0, serving - wanted))],
  };
}

function pairIn({ pods }: Place, hash: string): Pair | undefined {
  const staying = pods.filter((pod) => !isGoing(pod));
  const [updated, ...moreUpdated] = staying.filter((pod) => isUpdated(pod, hash));
  const [old, ...moreOld] = staying.filter((pod) => !isUpdated(pod, hash));
  return moreUpdated.length + moreOld.length > 0 ? undefined : { old, updated };
}

/** Of so many nodes, parts rounded up. Neither: one may be missing, or nothing would ever move. */
function limitsOf({ spec }: DaemonSet, nodes: number): { readonly unavailable: number; readonly surge: number } {
  const { maxUnavailable = 1, maxSurge = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
  const unavailable = partOf(maxUnavailable, nodes);
  const surge = partOf(maxSurge, nodes);
  return { unavailable: unavailable === 0 && surge === 0 ? 1 : unavailable, surge };
}

function partOf(value: number | string, total: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * total) / 100);
}
