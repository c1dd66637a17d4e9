'use client';
// Owns what the page of an object shows before there is an object, and when it went.
import type { ReactNode } from 'react';
import type { Failure } from '../../live/api.ts';
import { Bone, FailureNotice } from '../states/states.tsx';

interface Properties {
  /** `pod "web-1"`. */
  readonly what: string;
  readonly loaded: boolean;
  readonly failure: Failure | undefined;
  readonly gone: boolean;
  again(): void;
  readonly children: () => ReactNode;
}

export function PageFrame({ what, loaded, failure, gone, again, children }: Properties) {
  if (!loaded && failure) return <FailureNotice page failure={failure} what={what} again={again} />;
  if (!loaded) {
    return (
      <div role="status" aria-label="Loading" className="flex flex-col gap-4 px-5 py-6">
        <Bone width="6rem" />
        <Bone width="18rem" className="h-5" />
        <div className="mt-6 grid gap-3">
          <Bone width="70%" />
          <Bone width="55%" />
          <Bone width="62%" />
        </div>
      </div>
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col" data-testid="object-page">
      {gone ? (
        <p role="alert" data-testid="gone" className="bg-failing-soft px-5 py-2 font-medium text-failing-text">
          The {what} is gone. What you see is how it was last.
        </p>
      ) : null}
      {children()}
    </div>
  );
}
