'use client';
// Owns the list of replication controllers, in which each is scaled in its row.
import type { ReplicationControllerRow } from '@berth/dashboard-api';
import { pageOf, useParameters } from '../../live/address.ts';
import { OwnedPodsContext, useOwnedPods } from '../../live/owned-pods.ts';
import { Button } from '../controls/button.tsx';
import { Age } from '../facts/age.tsx';
import { ReadyCount } from '../facts/ready-count.tsx';
import type { LabelFilter } from '../labels/label-filter.ts';
import { LabelsCell, NameCell } from '../list/cells.tsx';
import type { Column } from '../list/data-list.tsx';
import { ListPage } from '../list/list-page.tsx';
import { ScaleStrip } from '../scale/scale-strip.tsx';
import { openOverlay } from '../shell/overlay-state.ts';
import { Notice } from '../states/states.tsx';

function columns(filter: LabelFilter, allNamespaces: boolean): readonly Column<ReplicationControllerRow>[] {
  return [
    {
      key: 'name',
      head: 'Name',
      width: 'minmax(7rem,1.1fr)',
      sort: 'name',
      phone: true,
      cell: (controller) => (
        <NameCell name={controller.name} namespace={allNamespaces ? controller.namespace : undefined} />
      ),
    },
    {
      key: 'replicas',
      head: 'Replicas: drag to scale',
      width: 'minmax(11rem,2fr)',
      sort: 'desired',
      phone: true,
      cell: (controller) => <ScaleStrip controller={controller} />,
    },
    {
      key: 'ready',
      head: 'Ready',
      width: '5rem',
      sort: 'ready',
      cell: (controller) => <ReadyCount ready={controller.ready} wanted={controller.desired} />,
    },
    {
      key: 'images',
      head: 'Images',
      width: 'minmax(7rem,1fr)',
      cell: (controller) => (
        <span className="block truncate font-mono text-xs text-ink-2" title={controller.images.join('\n')}>
          {controller.images.join(', ')}
        </span>
      ),
    },
    {
      key: 'labels',
      head: 'Labels',
      width: 'minmax(6rem,1.2fr)',
      cell: (controller) => <LabelsCell labels={controller.labels} filter={filter} />,
    },
    {
      key: 'age',
      head: 'Age',
      width: '4rem',
      sort: 'createdAt',
      end: true,
      cell: (controller) => <Age at={controller.createdAt} className="text-ink-2" />,
    },
  ];
}

export function ControllerList() {
  const namespace = useParameters().get('ns');
  const owned = useOwnedPods(namespace || undefined);
  return (
    <OwnedPodsContext value={owned}>
      <ListPage
        noun="replicationcontrollers"
        title="Controllers"
        testid="controller-row"
        rowHeight={46}
        defaultSort={{ by: 'name', descending: false }}
        columns={columns}
        href={(controller) => pageOf({ kind: 'ReplicationController', ...controller })}
        empty={
          <Notice
            icon="controllers"
            title="No replication controllers yet"
            actions={
              <Button weight="main" icon="plus" onClick={() => openOverlay('create')}>
                Create from YAML
              </Button>
            }
          >
            <p>
              A replication controller keeps a number of alike pods running, and replaces those that go. The number is
              dragged here.
            </p>
          </Notice>
        }
      />
    </OwnedPodsContext>
  );
}
