// Owns the choice of the theme: as the system says, light, or dark. The script in app/layout.tsx applies it.
import { observable } from '../../live/observable.ts';

const order = ['system', 'light', 'dark'] as const;
export type Theme = (typeof order)[number];

function stored(): Theme {
  const value = typeof window === 'undefined' ? null : localStorage.getItem('berth.theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const theme = observable<Theme>(stored());

export function themeAfter(current: Theme): Theme {
  return order[(order.indexOf(current) + 1) % order.length]!;
}

export function chooseTheme(next: Theme): void {
  if (next === 'system') localStorage.removeItem('berth.theme');
  else localStorage.setItem('berth.theme', next);
  window.dispatchEvent(new Event('berth:theme'));
  theme.set(next);
}
