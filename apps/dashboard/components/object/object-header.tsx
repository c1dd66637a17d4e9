'use client';
// Owns the head of an object's page: the way back to its list, its name, how it stands, what can be done with it.
import Link from 'next/link';
import { type ReactNode, useEffect } from 'react';
import type { Freshness as State } from '../../live/freshness.ts';
import { Freshness } from '../states/freshness.tsx';

interface Properties {
  readonly list: { readonly href: string; readonly name: string };
  readonly namespace?: string;
  readonly name: string;
  readonly state?: ReactNode;
  readonly actions?: ReactNode;
  readonly freshness: State;
}

export function ObjectHeader({ list, namespace, name, state, actions, freshness }: Properties) {
  useEffect(() => {
    document.title = `${name} · Berth`;
  }, [name]);
  return (
    <header className="flex flex-col gap-2 px-5 pt-4 max-md:px-4">
      <nav aria-label="Where this is" className="flex items-center gap-1.5 text-xs text-ink-3">
        <Link href={list.href} prefetch={false} className="link">
          {list.name}
        </Link>
        {namespace ? (
          <>
            <span aria-hidden="true">/</span>
            <Link href={`${list.href}?ns=${encodeURIComponent(namespace)}`} prefetch={false} className="link">
              {namespace}
            </Link>
          </>
        ) : null}
        <span className="ml-auto">
          <Freshness state={freshness} compact />
        </span>
      </nav>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 text-xl font-semibold tracking-[-0.015em]">{name}</h1>
        {state}
        <span className="flex-1" />
        <div className="flex flex-wrap gap-2">{actions}</div>
      </div>
    </header>
  );
}
