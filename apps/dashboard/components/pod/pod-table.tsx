'use client';
// Owns the short list of pods on the page of something else: a node, a controller.
import type { PodRow } from '@berth/dashboard-api';
import Link from 'next/link';
import { useState } from 'react';
import { pageOf } from '../../live/address.ts';
import { Button } from '../controls/button.tsx';
import { Age } from '../facts/age.tsx';
import { StateBadge } from './state-badge.tsx';

const few = 40;

interface Properties {
  readonly pods: readonly PodRow[];
  /** What stands in the third column. */
  readonly third: 'node' | 'namespace';
  readonly empty: string;
}

export function PodTable({ pods, third, empty }: Properties) {
  const [all, setAll] = useState(false);
  if (pods.length === 0) return <p className="text-ink-3">{empty}</p>;
  return (
    <>
      <table className="w-full table-fixed text-left">
        <thead className="text-xs text-ink-3">
          <tr className="border-b border-line-strong [&>th]:h-7 [&>th]:font-medium">
            <th className="w-[42%]">Name</th>
            <th>State</th>
            <th className="max-md:hidden">{third === 'node' ? 'Node' : 'Namespace'}</th>
            <th className="w-16 text-right">Age</th>
          </tr>
        </thead>
        <tbody>
          {(all ? pods : pods.slice(0, few)).map((pod) => (
            <tr
              key={pod.uid}
              data-testid="pod-row"
              data-name={pod.name}
              className="relative border-b border-line hover:bg-sheet [&>td]:h-[34px] [&>td]:pr-3"
            >
              <td>
                <Link
                  href={pageOf({ kind: 'Pod', ...pod })!}
                  prefetch={false}
                  className="block truncate font-medium before:absolute before:inset-0 before:content-['']"
                >
                  {pod.name}
                </Link>
              </td>
              <td>
                <StateBadge state={pod.state} status={pod.status} />
              </td>
              <td className="truncate text-ink-2 max-md:hidden">
                {third === 'node' ? (pod.node ?? '–') : pod.namespace}
              </td>
              <td className="pr-0! text-right text-ink-2">
                <Age at={pod.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {pods.length > few && !all ? (
        <Button weight="quiet" className="self-start" onClick={() => setAll(true)}>
          All {pods.length}
        </Button>
      ) : null}
    </>
  );
}
