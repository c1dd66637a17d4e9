// Owns buttons: three weights, one size of target, and the reason in place of an action that is not possible.
import type { ButtonHTMLAttributes } from 'react';
import { Icon, type IconName } from './icon.tsx';

type Weight = 'main' | 'plain' | 'quiet' | 'danger';

const weights: Readonly<Record<Weight, string>> = {
  main: 'bg-lamp text-lamp-ink border-transparent hover:bg-lamp-strong font-semibold',
  plain: 'bg-sheet text-ink border-line-strong hover:border-edge font-medium',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-sunken hover:text-ink font-medium',
  danger: 'bg-sheet text-failing-text border-failing/50 hover:border-failing hover:bg-failing-soft font-medium',
};

interface Properties extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly weight?: Weight;
  readonly icon?: IconName;
  readonly busy?: boolean;
}

export function Button({ weight = 'plain', icon, busy, className = '', children, disabled, ...rest }: Properties) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={`inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md border px-2.5 text-sm whitespace-nowrap transition-colors duration-100 disabled:opacity-55 ${weights[weight]} ${className}`}
    >
      {icon ? <Icon name={icon} size={14} /> : null}
      {children}
    </button>
  );
}

/** A square button with an icon alone; its label is spoken and shown as a hint. */
export function IconButton({
  icon,
  label,
  pressed,
  className = '',
  ...rest
}: Omit<Properties, 'icon' | 'children'> & { icon: IconName; label: string; pressed?: boolean }) {
  const { weight: _, busy: __, ...attributes } = rest;
  return (
    <button
      type="button"
      {...attributes}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={`inline-grid size-8 shrink-0 place-items-center rounded-md border transition-colors duration-100 disabled:opacity-50 ${
        pressed
          ? 'border-lamp-line bg-lamp-soft text-ink'
          : 'border-transparent text-ink-2 hover:bg-sunken hover:text-ink'
      } ${className}`}
    >
      <Icon name={icon} />
    </button>
  );
}
