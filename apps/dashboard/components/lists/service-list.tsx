'use client';
// Owns the list of services; one that nobody answers for is told from the others.
import type { ServiceRow } from '@berth/dashboard-api';
import { pageOf } from '../../live/address.ts';
import { Button } from '../controls/button.tsx';
import { Age } from '../facts/age.tsx';
import { EndpointCount } from '../facts/endpoint-count.tsx';
import { portText } from '../facts/ports.ts';
import { LabelChip } from '../labels/label-chip.tsx';
import type { LabelFilter } from '../labels/label-filter.ts';
import { LabelsCell, NameCell } from '../list/cells.tsx';
import type { Column } from '../list/data-list.tsx';
import { ListPage } from '../list/list-page.tsx';
import { openOverlay } from '../shell/overlay-state.ts';
import { Notice } from '../states/states.tsx';

function columns(filter: LabelFilter, allNamespaces: boolean): readonly Column<ServiceRow>[] {
  return [
    {
      key: 'name',
      head: 'Name',
      width: 'minmax(8rem,1.2fr)',
      sort: 'name',
      phone: true,
      cell: (service) => <NameCell name={service.name} namespace={allNamespaces ? service.namespace : undefined} />,
    },
    {
      key: 'endpoints',
      head: 'Endpoints',
      width: 'minmax(7rem,0.8fr)',
      sort: 'readyEndpoints',
      phone: true,
      cell: (service) => <EndpointCount service={service} />,
    },
    {
      key: 'selector',
      head: 'Selects pods with',
      width: 'minmax(8rem,1.2fr)',
      cell: (service) => (
        <span className="flex gap-1 overflow-hidden">
          {Object.entries(service.selector).map(([key, value]) => (
            <LabelChip key={key} label={{ key, value }} />
          ))}
        </span>
      ),
    },
    {
      key: 'type',
      head: 'Type',
      width: '6rem',
      sort: 'type',
      cell: (service) => <span className="text-ink-2">{service.type}</span>,
    },
    {
      key: 'address',
      head: 'Address',
      width: 'minmax(6.5rem,0.7fr)',
      sort: 'clusterIP',
      cell: (service) => <span className="font-mono text-xs text-ink-2">{service.clusterIP}</span>,
    },
    {
      key: 'ports',
      head: 'Ports',
      width: 'minmax(6rem,0.8fr)',
      cell: (service) => (
        <span className="block truncate font-mono text-xs text-ink-2">{service.ports.map(portText).join(' ')}</span>
      ),
    },
    {
      key: 'labels',
      head: 'Labels',
      width: 'minmax(6rem,1fr)',
      cell: (service) => <LabelsCell labels={service.labels} filter={filter} />,
    },
    {
      key: 'age',
      head: 'Age',
      width: '4rem',
      sort: 'createdAt',
      end: true,
      cell: (service) => <Age at={service.createdAt} className="text-ink-2" />,
    },
  ];
}

export function ServiceList() {
  return (
    <ListPage
      noun="services"
      title="Services"
      testid="service-row"
      defaultSort={{ by: 'name', descending: false }}
      columns={columns}
      href={(service) => pageOf({ kind: 'Service', ...service })}
      empty={
        <Notice
          icon="services"
          title="No services yet"
          actions={
            <Button weight="main" icon="plus" onClick={() => openOverlay('create')}>
              Create from YAML
            </Button>
          }
        >
          <p>A service gives the pods with certain labels one lasting address and name.</p>
        </Notice>
      }
    />
  );
}
