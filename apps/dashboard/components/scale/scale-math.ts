// Owns the geometry of dragging to scale: how wide a cell is, which count a place on the strip means, and how the count
// grows when the pointer leaves the strip. There is no upper bound. Pure.

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

const pitches = [18, 13, 9, 6] as const;
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as const;
/** The largest count that the API takes. */
export const mostReplicas = 2_147_483_647;

/** The largest cells with which `count` takes at most `fill` of the width, so that there is room to drag into. */
export function layoutFor(count: number, width: number, fill = 0.62): Layout {
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

/** How many cells of each sort stand on the strip, in its order. With `per` above one a cell stands for as many pods. */
export interface Cells {
  readonly running: number;
  readonly starting: number;
  /** Wanted, and not there yet. */
  readonly ghosts: number;
  /** There, and would go. */
  readonly going: number;
}

export function cellsOf(have: { readonly current: number; readonly ready: number }, target: number): Cells {
  const stay = Math.min(have.current, target);
  const running = Math.min(have.ready, stay);
  return {
    running,
    starting: stay - running,
    ghosts: Math.max(0, target - have.current),
    going: Math.max(0, have.current - target),
  };
}

/** What a typed text means as a count; undefined while it means none. */
export function typedCount(text: string): number | undefined {
  const digits = text.replaceAll(/[\s,_']/g, '');
  if (!/^\d{1,10}$/.test(digits)) return undefined;
  const count = Number(digits);
  return count <= mostReplicas ? count : undefined;
}
