'use client';
// Owns the gesture on a scale handle: pointer down to up, with the count that it means in between. What happens with
// the count is the strip's business.
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { type Anchor, clampCount, countAt, grow, type Layout, layoutFor } from './scale-math.ts';

export interface Drag {
  /** The layout of the gesture that is going on. */
  readonly layout: Layout | undefined;
  readonly handlers: {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(event: PointerEvent<HTMLElement>): void;
    onPointerCancel(): void;
  };
}

interface Options {
  /** The count to begin from. */
  readonly count: number;
  /** The element whose inside means counts; beyond its end the count grows by itself. */
  readonly strip: React.RefObject<HTMLElement | null>;
  onChange(count: number): void;
  onRelease(count: number): void;
  onCancel(): void;
}

export function useDrag({ count, strip, onChange, onRelease, onCancel }: Options): Drag {
  const gesture = useRef<
    { anchor: Anchor; x: number; count: number; frame: number; last: number; out: boolean } | undefined
  >(undefined);
  const [layout, setLayout] = useState<Layout>();
  const calls = useRef({ onChange, onRelease, onCancel });
  calls.current = { onChange, onRelease, onCancel };

  const end = () => {
    if (!gesture.current) return;
    cancelAnimationFrame(gesture.current.frame);
    gesture.current = undefined;
    setLayout(undefined);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: everything that changes is read through references
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !gesture.current) return;
      end();
      calls.current.onCancel();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      if (gesture.current) cancelAnimationFrame(gesture.current.frame);
    };
  }, []);

  const tick = (now: number) => {
    const going = gesture.current;
    const box = strip.current?.getBoundingClientRect();
    if (!going || !box) return;
    const overshoot = going.x - box.right;
    if (overshoot > 0) {
      going.out = true;
      going.count = grow(going.count, overshoot, Math.min(64, now - going.last));
      const zoomed = layoutFor(going.count, box.width, 0.96);
      going.anchor = { x: box.right, count: going.count, layout: zoomed };
      setLayout(zoomed);
      calls.current.onChange(Math.round(going.count));
    }
    going.last = now;
    going.frame = requestAnimationFrame(tick);
  };

  return {
    layout,
    handlers: {
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus({ preventScroll: true });
        const width = strip.current?.getBoundingClientRect().width ?? 0;
        const begun = layoutFor(count, width);
        const now = performance.now();
        gesture.current = {
          anchor: { x: event.clientX, count, layout: begun },
          x: event.clientX,
          count,
          last: now,
          out: false,
          frame: requestAnimationFrame(tick),
        };
        setLayout(begun);
      },
      onPointerMove(event) {
        const going = gesture.current;
        const box = strip.current?.getBoundingClientRect();
        if (!going || !box) return;
        going.x = event.clientX;
        if (event.clientX > box.right) {
          // Up to the edge the count follows the pointer; beyond it, time does.
          if (!going.out) going.count = Math.max(going.count, countAt(box.right, going.anchor));
          return;
        }
        going.out = false;
        going.count = countAt(event.clientX, going.anchor);
        calls.current.onChange(going.count);
      },
      onPointerUp() {
        const going = gesture.current;
        if (!going) return;
        const released = clampCount(Math.round(going.count));
        end();
        calls.current.onRelease(released);
      },
      onPointerCancel() {
        if (!gesture.current) return;
        end();
        calls.current.onCancel();
      },
    },
  };
}
