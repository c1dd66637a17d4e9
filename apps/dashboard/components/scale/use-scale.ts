'use client';
// Owns scaling one replication controller from the bridge: the count that a person is aiming at, what the scheduler
// says of it, and the command with its conflict check and its way back.
import type { ReplicationControllerRow, ScalePreview } from '@berth/dashboard-api';
import { useEffect, useState } from 'react';
import { api, failureOf } from '../../live/api.ts';
import { say } from '../overlay/toasts.tsx';

type Controller = Pick<ReplicationControllerRow, 'namespace' | 'name'>;

/** Scales if the count is still `expected`; says how it went, with the way back. */
export async function scale(controller: Controller, expected: number, replicas: number): Promise<boolean> {
  const { namespace, name } = controller;
  try {
    const change = await api.replicationControllers.scale.mutate({ namespace, name, expected, replicas });
    say({
      title: `${name}: ${change.previous} → ${change.replicas}`,
      command: `kubectl scale rc ${name} -n ${namespace} --current-replicas=${expected} --replicas=${replicas}`,
      undo: { label: `Back to ${change.previous}`, run: () => void scale(controller, replicas, change.previous) },
    });
    return true;
  } catch (error) {
    const failure = failureOf(error);
    say({
      title: failure.kind === 'conflict' ? `${name} was scaled by somebody else meanwhile` : `${name} was not scaled`,
      detail: failure.message,
      failed: true,
    });
    return false;
  }
}

/** What the scheduler says of a count; asked at most every 150 ms while it changes. */
export function usePreview(controller: Controller, replicas: number | undefined): ScalePreview | undefined {
  const [preview, setPreview] = useState<ScalePreview>();
  const { namespace, name } = controller;
  useEffect(() => {
    if (replicas === undefined) {
      setPreview(undefined);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      api.replicationControllers.previewScale.query({ namespace, name, replicas }, { signal: stop.signal }).then(
        (answer) => setPreview(answer),
        // Without a preview the drag works as well; it only says less.
        () => setPreview(undefined),
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [namespace, name, replicas]);
  return preview;
}
