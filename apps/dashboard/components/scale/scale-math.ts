// Owns the geometry of dragging to scale: how wide a cell is, which count a place on the strip means, and how the count
// grows when the pointer leaves the strip. There is no upper bound. Pure.
import type { PodState } from '@berth/dashboard-api';
import type { CellState } from '../pod/pod-cell.tsx';

/** How the strip is drawn: cells of `pitch` pixels, each standing for `per` pods. */
export interface Layout {
  readonly pitch: number;
  readonly per: number;
}

/** What one gesture is measured from. */
export interface Anchor {
  readonly x: number;
  readonly count: number;
  readonly layout: Layout;
}

const pitches = [17, 12, 9, 6] as const;
const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
] as const;
/** The largest count that the API takes. */
export const mostReplicas = 2_147_483_647;

/** The largest cells with which `count` takes at most `fill` of the width, so that there is room to drag into. */
export function layoutFor(count: number, width: number, fill = 0.8): Layout {
  const room = Math.max(1, width * fill);
  for (const pitch of pitches) if (count * pitch <= room) return { pitch, per: 1 };
  const pitch = pitches[pitches.length - 1]!;
  for (const per of steps) if (Math.ceil(count / per) * pitch <= room) return { pitch, per };
  return { pitch, per: steps[steps.length - 1]! };
}

/** Where the edge after `count` pods is, in pixels from the strip's start. */
export function edgeOf(count: number, layout: Layout): number {
  return (count / layout.per) * layout.pitch;
}

/** Which count the pointer means while it is over the strip. */
export function countAt(x: number, anchor: Anchor): number {
  const moved = ((x - anchor.x) / anchor.layout.pitch) * anchor.layout.per;
  return clampCount(Math.round(anchor.count + moved));
}

/**
 * The count after the pointer was held `overshoot` pixels beyond the strip's end for `elapsed` milliseconds: faster the
 * further out and the larger the count, so that thousands are as near as tens.
 */
export function grow(count: number, overshoot: number, elapsed: number): number {
  const strength = Math.min(1, overshoot / 160);
  const perSecond = (4 + count * 0.9) * (0.15 + strength ** 1.5);
  return clampCount(count + (perSecond * elapsed) / 1000);
}

export function clampCount(count: number): number {
  return Math.min(mostReplicas, Math.max(0, count));
}

/** The keys of a scale handle; undefined for those that mean nothing to it. */
export function countAfterKey(count: number, key: string, large: boolean): number | undefined {
  const by = large ? 10 : 1;
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return clampCount(count + by);
    case 'ArrowLeft':
    case 'ArrowDown':
      return clampCount(count - by);
    case 'PageUp':
      return clampCount(count + 10);
    case 'PageDown':
      return clampCount(count - 10);
    case 'Home':
      return 0;
    case 'End':
      return clampCount(Math.max(1, count * 2));
    default:
      return undefined;
  }
}

/** One stretch of alike cells on the strip. */
export interface Stretch {
  readonly state: CellState;
  readonly count: number;
}

const standing: readonly PodState[] = ['running', 'succeeded', 'starting', 'pending', 'unknown', 'failing'];

/**
 * What stands on the strip, in its order: pods that are there and stay, ghosts that are wanted and not there yet, pods
 * that would go. The states come from the pods where they are known, else from the controller's counts.
 */
export function stretchesOf(
  have: { readonly current: number; readonly ready: number; readonly states: readonly PodState[] },
  target: number,
): Stretch[] {
  const states = have.states.filter((state) => state !== 'terminating');
  const known = new Map<PodState, number>();
  if (states.length > 0) for (const state of states) known.set(state, (known.get(state) ?? 0) + 1);
  else {
    known.set('running', Math.min(have.ready, have.current));
    known.set('starting', Math.max(0, have.current - have.ready));
  }
  const current = states.length > 0 ? states.length : have.current;
  const stretches: Stretch[] = [];
  let room = Math.min(current, target);
  for (const state of standing) {
    const count = Math.min(room, known.get(state) ?? 0);
    room -= count;
    stretches.push({ state, count });
  }
  stretches.push({ state: 'ghost', count: Math.max(0, target - current) });
  stretches.push({ state: 'going', count: Math.max(0, current - target) });
  return stretches.filter((stretch) => stretch.count > 0);
}

/** What a typed text means as a count; undefined while it means none. */
export function typedCount(text: string): number | undefined {
  const digits = text.replaceAll(/[\s,_']/g, '');
  if (!/^\d{1,10}$/.test(digits)) return undefined;
  const count = Number(digits);
  return count <= mostReplicas ? count : undefined;
}
