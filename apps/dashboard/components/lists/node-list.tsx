'use client';
// Owns the list of nodes with what each can take and has taken.
import type { NodeRow } from '@berth/dashboard-api';
import { pageOf } from '../../live/address.ts';
import { Age } from '../facts/age.tsx';
import { CapacityBar } from '../facts/capacity-bar.tsx';
import { bytesText, cpuText } from '../facts/format.ts';
import { NodeStatus } from '../facts/node-status.tsx';
import type { LabelFilter } from '../labels/label-filter.ts';
import { LabelsCell, NameCell } from '../list/cells.tsx';
import type { Column } from '../list/data-list.tsx';
import { ListPage } from '../list/list-page.tsx';
import { Command } from '../overlay/command.tsx';
import { Notice } from '../states/states.tsx';

function columns(filter: LabelFilter): readonly Column<NodeRow>[] {
  return [
    {
      key: 'name',
      head: 'Name',
      width: 'minmax(8rem,1.2fr)',
      sort: 'name',
      phone: true,
      cell: (node) => <NameCell name={node.name} />,
    },
    {
      key: 'status',
      head: 'Status',
      width: 'minmax(9rem,1fr)',
      sort: 'status',
      phone: true,
      cell: (node) => <NodeStatus node={node} />,
    },
    {
      key: 'pods',
      head: 'Pods',
      width: 'minmax(6rem,0.8fr)',
      sort: 'pods',
      cell: (node) => <CapacityBar label="Pods" used={node.pods} of={node.capacity.pods} text={String} />,
    },
    {
      key: 'cpu',
      head: 'CPU requested',
      width: 'minmax(7rem,1fr)',
      cell: (node) => <CapacityBar label="CPU" used={node.requested.cpu} of={node.capacity.cpu} text={cpuText} />,
    },
    {
      key: 'memory',
      head: 'Memory requested',
      width: 'minmax(7rem,1fr)',
      cell: (node) => (
        <CapacityBar label="Memory" used={node.requested.memory} of={node.capacity.memory} text={bytesText} />
      ),
    },
    {
      key: 'runtime',
      head: 'Runtime',
      width: 'minmax(7rem,0.8fr)',
      sort: 'runtime',
      cell: (node) => <span className="block truncate font-mono text-xs text-ink-2">{node.runtime}</span>,
    },
    {
      key: 'address',
      head: 'Address',
      width: 'minmax(6rem,0.6fr)',
      sort: 'address',
      cell: (node) => <span className="font-mono text-xs text-ink-2">{node.address ?? '–'}</span>,
    },
    {
      key: 'labels',
      head: 'Labels',
      width: 'minmax(6rem,1fr)',
      cell: (node) => <LabelsCell labels={node.labels} filter={filter} />,
    },
    {
      key: 'age',
      head: 'Age',
      width: '4rem',
      sort: 'createdAt',
      end: true,
      cell: (node) => <Age at={node.createdAt} className="text-ink-2" />,
    },
  ];
}

export function NodeList() {
  return (
    <ListPage
      noun="nodes"
      title="Nodes"
      testid="node-row"
      rowHeight={46}
      defaultSort={{ by: 'name', descending: false }}
      columns={columns}
      href={(node) => pageOf({ kind: 'Node', name: node.name })}
      empty={
        <Notice icon="nodes" title="No nodes yet">
          <p>A machine joins with one command, which the server prints:</p>
          <Command text="berth token create" label="make a join token" />
        </Notice>
      }
    />
  );
}
