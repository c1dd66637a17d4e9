'use client';
// Owns scaling one replication controller from the bridge: the count that a person is aiming at, what the scheduler
// says of it, and the command with its conflict check and its way back.
import type { ReplicationControllerRow, ScalePreview } from '@berth/dashboard-api';
import { useEffect, useRef, useState } from 'react';
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

/** How often the scheduler is asked while the count changes, in milliseconds. */
const pace = 180;

/** What the scheduler says of the count, or said of the count a moment ago while it still changes. */
export function usePreview(controller: Controller, replicas: number | undefined): ScalePreview | undefined {
  const [preview, setPreview] = useState<ScalePreview>();
  const { namespace, name } = controller;
  const wanted = useRef(replicas);
  wanted.current = replicas;
  const aiming = replicas !== undefined;
  useEffect(() => {
    if (!aiming) return;
    const stop = new AbortController();
    let asked: number | undefined;
    const ask = async () => {
      const count = wanted.current;
      if (count !== undefined && count !== asked) {
        asked = count;
        const answer = await api.replicationControllers.previewScale
          .query({ namespace, name, replicas: count }, { signal: stop.signal })
          // Without a preview the drag works as well; it only says less.
          .catch(() => undefined);
        if (stop.signal.aborted) return;
        if (answer) setPreview(answer);
      }
      timer = setTimeout(ask, pace);
    };
    let timer = setTimeout(ask, pace / 2);
    return () => {
      stop.abort();
      clearTimeout(timer);
      setPreview(undefined);
    };
  }, [namespace, name, aiming]);
  return preview;
}
