// Owns how a component follows logs: one buffer, a stream per pod. Pods that come later join, and the lines of those
// that went stay.
import type { LogQuery } from '@berth/dashboard-api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { openLog } from './connection.ts';
import { LogBuffer, type LogItem } from './log-buffer.ts';

const capacity = 50_000;

export interface Log {
  readonly items: readonly LogItem[];
  readonly forgotten: number;
  /** False until a server answered. */
  readonly begun: boolean;
  /** Why no more will come; undefined while a stream is followed. */
  readonly ended: string | undefined;
}

interface Following {
  readonly buffer: LogBuffer;
  readonly streams: Map<string, () => void>;
  /** Why a stream ended, by its pod. */
  readonly ended: Map<string, string>;
}

const nothing: Log = { items: [], forgotten: 0, begun: false, ended: undefined };

/** Follows these pods' logs. What differs beyond the pod begins a new log. */
export function useLog(pods: readonly string[], query: Omit<LogQuery, 'pod'>): Log {
  const kind = JSON.stringify(query);
  const names = JSON.stringify(pods);
  const [log, setLog] = useState<Log>(nothing);
  const following = useRef<Following>(undefined);
  const picture = useRef(0);

  const show = useCallback(() => {
    // 10,000 lines a second are still at most one drawing per picture.
    if (picture.current !== 0) return;
    picture.current = requestAnimationFrame(() => {
      picture.current = 0;
      const current = following.current;
      if (!current) return;
      const { buffer, streams, ended } = current;
      const all = streams.size > 0 && ended.size === streams.size;
      const reasons = [...new Set(ended.values())].join('; ');
      setLog({ items: buffer.items, forgotten: buffer.forgotten, begun: true, ended: all ? reasons : undefined });
    });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another kind of log begins anew
  useEffect(() => {
    const current: Following = { buffer: new LogBuffer(capacity), streams: new Map(), ended: new Map() };
    following.current = current;
    setLog(nothing);
    return () => {
      for (const close of current.streams.values()) close();
      following.current = undefined;
      cancelAnimationFrame(picture.current);
      picture.current = 0;
    };
  }, [kind]);

  useEffect(() => {
    const current = following.current;
    if (!current) return;
    const wanted = new Set(JSON.parse(names) as string[]);
    for (const [pod, close] of current.streams) {
      if (wanted.has(pod)) continue;
      close();
      current.streams.delete(pod);
      current.ended.delete(pod);
    }
    for (const pod of wanted) {
      if (!current.streams.has(pod)) current.streams.set(pod, follow(current, { ...JSON.parse(kind), pod }, show));
    }
  }, [names, kind, show]);

  return log;
}

function follow(into: Following, query: LogQuery, show: () => void): () => void {
  const { buffer, ended } = into;
  const { pod } = query;
  return openLog(
    query,
    () => {
      ended.delete(pod);
      buffer.resume(pod);
    },
    (frame) => {
      if (frame.kind === 'lines') buffer.push(pod, frame.lines);
      else if (frame.kind === 'dropped') buffer.dropped(pod, frame.count);
      else ended.set(pod, frame.reason);
      show();
    },
  );
}
