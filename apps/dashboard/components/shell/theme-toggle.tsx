'use client';
// Owns the choice of the theme: as the system says, light, or dark. Applied by the script in app/layout.tsx.
import { useState } from 'react';
import { IconButton } from '../controls/button.tsx';

const order = ['system', 'light', 'dark'] as const;
type Theme = (typeof order)[number];
const looks = {
  system: { icon: 'system', name: 'as the system' },
  light: { icon: 'sun', name: 'light' },
  dark: { icon: 'moon', name: 'dark' },
} as const;

function stored(): Theme {
  const value = localStorage.getItem('berth.theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(stored);
  const next = order[(order.indexOf(theme) + 1) % order.length]!;
  return (
    <IconButton
      icon={looks[theme].icon}
      label={`Theme: ${looks[theme].name}. Switch to ${looks[next].name}.`}
      className="max-[400px]:hidden"
      onClick={() => {
        if (next === 'system') localStorage.removeItem('berth.theme');
        else localStorage.setItem('berth.theme', next);
        window.dispatchEvent(new Event('berth:theme'));
        setTheme(next);
      }}
    />
  );
}
