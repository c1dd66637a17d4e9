// Owns how a component follows one container's log: the buffer, and whether more will come.
import type { LogQuery } from '@berth/dashboard-api';
import { useEffect, useState } from 'react';
import { openLog } from './connection.ts';
import { LogBuffer, type LogItem } from './log-buffer.ts';

const capacity = 50_000;

export interface Log {
  readonly items: readonly LogItem[];
  readonly forgotten: number;
  /** False until the server answered. */
  readonly begun: boolean;
  /** Why no more will come; undefined while the log is followed. */
  readonly ended: string | undefined;
}

const nothing: Log = { items: [], forgotten: 0, begun: false, ended: undefined };

export function useLog(query: LogQuery): Log {
  const key = JSON.stringify(query);
  const [log, setLog] = useState<Log>(nothing);

  useEffect(() => {
    const buffer = new LogBuffer(capacity);
    let ended: string | undefined;
    let picture = 0;
    setLog(nothing);
    const show = () => {
      picture = 0;
      setLog({ items: buffer.items, forgotten: buffer.forgotten, begun: true, ended });
    };
    const close = openLog(
      JSON.parse(key) as LogQuery,
      () => {
        ended = undefined;
        buffer.resume();
      },
      (frame) => {
        if (frame.kind === 'lines') buffer.push(frame.lines);
        else if (frame.kind === 'dropped') buffer.dropped(frame.count);
        else ended = frame.reason;
        // 10,000 lines a second are still at most one drawing per picture.
        if (picture === 0) picture = requestAnimationFrame(show);
      },
    );
    return () => {
      close();
      cancelAnimationFrame(picture);
    };
  }, [key]);

  return log;
}
