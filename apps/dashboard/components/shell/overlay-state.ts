// Owns which of the things that open over a page is open. One at a time.
import { observable } from '../../live/observable.ts';

export type OverlayName = 'palette' | 'create' | 'password' | 'keys';

export const overlay = observable<OverlayName | undefined>(undefined);

export function openOverlay(name: OverlayName | undefined): void {
  overlay.set(name);
}

export function closeOverlay(): void {
  overlay.set(undefined);
}
