'use client';
// Owns one node as a berth: its name and state, its pods as cells, and how full it is.
import type { PodRow } from '@berth/dashboard-api';
import Link from 'next/link';
import { memo } from 'react';
import { pageOf } from '../../live/address.ts';
import { CapacityBar } from '../facts/capacity-bar.tsx';
import { bytesText, cpuText, plural } from '../facts/format.ts';
import { NodeStatus } from '../facts/node-status.tsx';
import { PodCell } from '../pod/pod-cell.tsx';
import { type Berth, groupKey } from './berths.ts';
import './berth.css';

type Point = (pod: PodRow | undefined, element?: HTMLElement) => void;

interface Properties {
  readonly berth: Berth;
  /** The uid of the pod whose cell takes the focus. */
  readonly current: string | undefined;
  readonly point: Point;
}

export function BerthRow({ berth, current, point }: Properties) {
  const { node } = berth;
  return (
    <section
      data-testid="berth"
      data-name={node?.name ?? ''}
      aria-label={
        node
          ? `Node ${node.name}, ${plural(berth.pods.length, 'pod')}`
          : `${plural(berth.pods.length, 'pod')} without a node`
      }
      className="grid gap-x-5 gap-y-1.5 md:grid-cols-[11rem_minmax(0,1fr)_8.5rem]"
    >
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 md:flex-col md:items-start md:justify-center">
        {node ? (
          <>
            <Link
              href={pageOf({ kind: 'Node', name: node.name })!}
              prefetch={false}
              className="max-w-full truncate rounded-sm font-semibold hover:underline"
            >
              {node.name}
            </Link>
            <NodeStatus node={node} />
          </>
        ) : (
          <>
            <span className="font-semibold">In the roads</span>
            <span className="text-ink-2">waiting for a node</span>
          </>
        )}
      </div>
      <div className={`berth ${node ? '' : 'berth-roads'} ${node && !node.ready ? 'berth-lost' : ''}`}>
        <ul aria-label="Pods" className="flex flex-wrap items-center">
          {berth.pods.map((pod) => (
            <Cell key={pod.uid} pod={pod} focusable={pod.uid === current} point={point} />
          ))}
        </ul>
      </div>
      {node ? (
        <div className="flex flex-col justify-center gap-2 text-xs text-ink-2 max-md:flex-row max-md:*:flex-1">
          <Gauge name="CPU" used={node.requested.cpu} of={node.capacity.cpu} text={cpuText} />
          <Gauge name="Memory" used={node.requested.memory} of={node.capacity.memory} text={bytesText} />
          <Gauge name="Pods" used={node.pods} of={node.capacity.pods} text={String} />
        </div>
      ) : null}
    </section>
  );
}

function Gauge({ name, used, of, text }: { name: string; used: number; of: number; text(value: number): string }) {
  return (
    <span className="grid grid-cols-[3.4rem_1fr] items-center gap-2 max-md:grid-cols-1 max-md:gap-0.5">
      <span aria-hidden="true">{name}</span>
      <CapacityBar thin label={name} used={used} of={of} text={text} />
    </span>
  );
}

interface CellProperties {
  readonly pod: PodRow;
  readonly focusable: boolean;
  readonly point: Point;
}

const Cell = memo(function Cell({ pod, focusable, point }: CellProperties) {
  return (
    <li className="berth-cell" data-group={groupKey(pod)}>
      <Link
        data-pod-link
        href={pageOf({ kind: 'Pod', ...pod })!}
        prefetch={false}
        tabIndex={focusable ? 0 : -1}
        aria-label={`${pod.name}, ${pod.status}`}
        onPointerEnter={(event) => point(pod, event.currentTarget)}
        onFocus={(event) => point(pod, event.currentTarget)}
        onBlur={() => point(undefined)}
        className="grid place-items-center rounded-[3px]"
      >
        <PodCell state={pod.state} />
      </Link>
    </li>
  );
});
