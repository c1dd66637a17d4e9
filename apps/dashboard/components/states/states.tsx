// Owns how a list or a page looks when it has nothing to show: still loading, empty, refused, missing, failed.
import type { ReactNode } from 'react';
import type { Failure } from '../../live/api.ts';
import { Button } from '../controls/button.tsx';
import { Icon, type IconName } from '../controls/icon.tsx';

export function Notice({
  icon,
  title,
  page,
  children,
  actions,
}: {
  icon: IconName;
  title: string;
  /** Whether it stands for a whole page, and its title is the page's. */
  page?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div className="mx-auto flex max-w-[30rem] flex-col items-center gap-2 px-6 py-14 text-center">
      <Icon name={icon} size={22} className="mb-1 text-ink-3" />
      <Title className="text-base font-semibold text-balance">{title}</Title>
      {children ? <div className="flex max-w-full flex-col gap-3 text-ink-2 text-pretty">{children}</div> : null}
      {actions ? <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  );
}

interface FailureProperties {
  readonly failure: Failure;
  /** What could not be loaded: `pod web-1`. */
  readonly what: string;
  readonly page?: boolean;
  again?(): void;
}

export function FailureNotice({ failure, what, page, again }: FailureProperties) {
  const retry = again ? (
    <Button weight="plain" onClick={again}>
      Try again
    </Button>
  ) : undefined;
  switch (failure.kind) {
    case 'denied':
      return (
        <Notice page={page} icon="close" title={`You may not see ${what}`} actions={retry}>
          <p>{failure.message}</p>
        </Notice>
      );
    case 'missing':
      return (
        <Notice page={page} icon="search" title={`There is no ${what}`}>
          <p>It was deleted, or the address has a slip in it.</p>
        </Notice>
      );
    default:
      return (
        <Notice page={page} icon="warning" title={`Could not load ${what}`} actions={retry}>
          <p>{failure.message}</p>
        </Notice>
      );
  }
}

/** A grey bar where text will be. */
export function Bone({ width, className = '' }: { width: string; className?: string }) {
  return (
    <span
      aria-hidden="true"
      style={{ width }}
      className={`inline-block h-2.5 animate-pulse rounded-sm bg-line ${className}`}
    />
  );
}

export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  const widths = ['42%', '31%', '50%', '27%', '38%', '46%', '34%', '29%'];
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className="flex h-[var(--row)] items-center gap-6 border-b border-line px-4"
          style={{ opacity: 1 - row / (rows + 2) }}
        >
          <Bone width={widths[row % widths.length]!} />
          <Bone width="8%" className="max-md:hidden" />
          <Bone width="12%" />
          <Bone width="6%" />
        </div>
      ))}
    </div>
  );
}
