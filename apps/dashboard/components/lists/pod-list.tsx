'use client';
// Owns the list of pods: its columns and its words.
import type { PodRow } from '@berth/dashboard-api';
import { pageOf } from '../../live/address.ts';
import { Button } from '../controls/button.tsx';
import { Age } from '../facts/age.tsx';
import type { LabelFilter } from '../labels/label-filter.ts';
import { LabelsCell, NameCell } from '../list/cells.tsx';
import type { Column } from '../list/data-list.tsx';
import { ListPage } from '../list/list-page.tsx';
import { StateBadge } from '../pod/state-badge.tsx';
import { openOverlay } from '../shell/overlay-state.ts';
import { Notice } from '../states/states.tsx';

function columns(filter: LabelFilter, allNamespaces: boolean): readonly Column<PodRow>[] {
  return [
    {
      key: 'name',
      head: 'Name',
      width: 'minmax(9rem,1.6fr)',
      sort: 'name',
      phone: true,
      cell: (pod) => <NameCell name={pod.name} namespace={allNamespaces ? pod.namespace : undefined} />,
    },
    {
      key: 'state',
      head: 'State',
      width: 'minmax(7.5rem,1fr)',
      sort: 'state',
      phone: true,
      cell: (pod) => <StateBadge state={pod.state} status={pod.status} />,
    },
    {
      key: 'ready',
      head: 'Ready',
      width: '3.5rem',
      sort: 'readyContainers',
      cell: (pod) => (
        <span className={pod.readyContainers < pod.containers && pod.state !== 'succeeded' ? 'text-ink' : 'text-ink-2'}>
          {pod.readyContainers}/{pod.containers}
        </span>
      ),
    },
    {
      key: 'restarts',
      head: 'Restarts',
      width: '4.5rem',
      sort: 'restarts',
      cell: (pod) => (
        <span className={pod.restarts > 0 ? 'font-medium text-failing-text' : 'text-ink-3'}>{pod.restarts}</span>
      ),
    },
    {
      key: 'node',
      head: 'Node',
      width: 'minmax(6rem,0.8fr)',
      sort: 'node',
      cell: (pod) => <span className="block truncate text-ink-2">{pod.node ?? '–'}</span>,
    },
    {
      key: 'labels',
      head: 'Labels',
      width: 'minmax(8rem,1.8fr)',
      cell: (pod) => <LabelsCell labels={pod.labels} filter={filter} />,
    },
    {
      key: 'age',
      head: 'Age',
      width: '4rem',
      sort: 'createdAt',
      end: true,
      cell: (pod) => <Age at={pod.createdAt} className="text-ink-2" />,
    },
  ];
}

export function PodList() {
  return (
    <ListPage
      noun="pods"
      title="Pods"
      testid="pod-row"
      defaultSort={{ by: 'name', descending: false }}
      columns={columns}
      href={(pod) => pageOf({ kind: 'Pod', ...pod })}
      empty={
        <Notice
          icon="pods"
          title="No pods yet"
          actions={
            <Button weight="main" icon="plus" onClick={() => openOverlay('create')}>
              Create from YAML
            </Button>
          }
        >
          <p>
            A replication controller keeps as many pods as you ask for. Create one, and its pods appear here as they
            come.
          </p>
        </Notice>
      }
    />
  );
}
