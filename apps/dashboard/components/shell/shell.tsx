'use client';
// Owns the frame around every page: who is signed in decides whether there is a page at all. Drawn on the server as a
// bare frame; everything that knows the address or the session comes after hydration.
import { usePathname } from 'next/navigation';
import { type ReactNode, Suspense, useEffect, useSyncExternalStore } from 'react';
import { api } from '../../live/api.ts';
import { connect } from '../../live/connection.ts';
import { useObservable } from '../../live/observable.ts';
import { usePageFreshness } from '../../live/page-freshness.ts';
import { session } from '../../live/session.ts';
import { Button } from '../controls/button.tsx';
import { Mark } from '../controls/mark.tsx';
import { Toasts } from '../overlay/toasts.tsx';
import { Notice } from '../states/states.tsx';
import { Overlays } from './overlays.tsx';
import { Rail } from './rail.tsx';
import { SignInDialog, SignInPage } from './sign-in.tsx';
import { TopBar } from './top-bar.tsx';

const never = () => () => {};

async function askWhoIsSignedIn(): Promise<void> {
  try {
    const state = await api.session.state.query();
    if (state.signedIn) {
      session.set({ kind: 'signedIn', user: state.user.name, groups: state.user.groups ?? [] });
      connect();
    } else session.set({ kind: 'signedOut', needsSetUp: state.needsSetUp });
  } catch {
    session.set({ kind: 'unreachable' });
  }
}

export function Shell({ children }: { children: ReactNode }) {
  const hydrated = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const status = useObservable(session);
  useEffect(() => {
    void askWhoIsSignedIn();
  }, []);
  useEffect(() => {
    if (status.kind !== 'unreachable') return;
    const timer = setInterval(() => void askWhoIsSignedIn(), 3_000);
    return () => clearInterval(timer);
  }, [status.kind]);
  if (!hydrated || status.kind === 'unknown') return <Starting />;
  return (
    <Suspense fallback={<Starting />}>
      <Signed>{children}</Signed>
    </Suspense>
  );
}

function Signed({ children }: { children: ReactNode }) {
  const status = useObservable(session);
  const path = usePathname();
  const stale = usePageFreshness().kind === 'stale';
  useEffect(() => {
    // Another page: from its top, and the keyboard in it, as after loading a document.
    const main = document.getElementById('main');
    if (!main || !path) return;
    main.scrollTop = 0;
    if (document.activeElement === document.body) main.focus({ preventScroll: true });
  }, [path]);
  // The one page that is for people who cannot sign in yet.
  if (path === '/setup') return <main className="min-h-dvh">{children}</main>;
  switch (status.kind) {
    case 'unknown':
      return <Starting />;
    case 'unreachable':
      return (
        <main className="grid min-h-dvh place-items-center">
          <Notice
            icon="warning"
            title="The server does not answer"
            actions={<Button onClick={() => void askWhoIsSignedIn()}>Try again</Button>}
          >
            <p>
              Is <code>berth server</code> running on this address? The cluster's pods run on without it. This page
              looks again every few seconds.
            </p>
          </Notice>
        </main>
      );
    case 'signedOut':
      return <SignInPage needsSetUp={status.needsSetUp} />;
    case 'signedIn':
    case 'expired':
      return (
        <div className="grid h-dvh grid-rows-[var(--bar)_minmax(0,1fr)_auto] md:grid-cols-[var(--rail)_minmax(0,1fr)] md:grid-rows-[var(--bar)_minmax(0,1fr)]">
          <a
            href="#main"
            className="absolute -top-20 left-2 z-50 rounded-md bg-lamp px-3 py-2 font-semibold text-lamp-ink focus:top-2"
          >
            Skip to the page
          </a>
          <TopBar user={status.user} />
          <Rail path={path} />
          <main
            id="main"
            tabIndex={-1}
            className={`row-start-2 min-h-0 min-w-0 overflow-y-auto outline-none transition-[filter] duration-500 md:col-start-2 ${stale ? 'saturate-[0.35]' : ''}`}
          >
            {children}
          </main>
          <Overlays />
          <Toasts />
          {status.kind === 'expired' ? <SignInDialog user={status.user} /> : null}
        </div>
      );
  }
}

function Starting() {
  return (
    <div role="status" className="grid min-h-dvh place-items-center text-ink-3">
      <div className="animate-pulse">
        <Mark size={40} />
        <span className="sr-only">Loading</span>
      </div>
    </div>
  );
}
