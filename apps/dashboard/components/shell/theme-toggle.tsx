'use client';
// Owns the button that goes from theme to theme.
import { useObservable } from '../../live/observable.ts';
import { IconButton } from '../controls/button.tsx';
import { chooseTheme, theme, themeAfter } from './theme.ts';

export const themes = {
  system: { icon: 'system', name: 'as the system' },
  light: { icon: 'sun', name: 'light' },
  dark: { icon: 'moon', name: 'dark' },
} as const;

export function ThemeToggle() {
  const now = useObservable(theme);
  const next = themeAfter(now);
  return (
    <IconButton
      icon={themes[now].icon}
      label={`Theme: ${themes[now].name}. Switch to ${themes[next].name}.`}
      data-testid="theme"
      className="max-md:hidden"
      onClick={() => chooseTheme(next)}
    />
  );
}
