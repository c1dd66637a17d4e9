'use client';
// Owns the page of one replication controller: its count to be dragged, its pods, what it makes them from.
import type { PodRow, ReplicationControllerDetail } from '@berth/dashboard-api';
import Link from 'next/link';
import { useMemo } from 'react';
import { pageOf, useGo, useObjectKey } from '../../live/address.ts';
import { api } from '../../live/api.ts';
import { OwnedPodsContext, ownerKey } from '../../live/owned-pods.ts';
import { type Detail, useDetail } from '../../live/use-detail.ts';
import { useView } from '../../live/use-view.ts';
import { Age } from '../facts/age.tsx';
import { plural } from '../facts/format.ts';
import { ReadyCount } from '../facts/ready-count.tsx';
import { LabelChip } from '../labels/label-chip.tsx';
import { selectorOf } from '../labels/selector-text.ts';
import { LogView } from '../log/log-view.tsx';
import { DeleteButton } from '../object/delete-button.tsx';
import { ObjectHeader } from '../object/object-header.tsx';
import { PageFrame } from '../object/page-frame.tsx';
import { Columns, Facts, Section } from '../object/section.tsx';
import { Tabs } from '../object/tabs.tsx';
import { Timeline } from '../object/timeline.tsx';
import { PodTable } from '../pod/pod-table.tsx';
import { ScaleStrip } from '../scale/scale-strip.tsx';
import { YamlTab } from '../yaml/yaml-tab.tsx';

export function ControllerPage() {
  const { namespace, name } = useObjectKey();
  const detail = useDetail<'replicationcontrollers', ReplicationControllerDetail>(
    { noun: 'replicationcontrollers', namespace, name },
    (signal) => api.replicationControllers.get.query({ namespace, name }, { signal }),
  );
  return (
    <PageFrame
      key={`${namespace}/${name}`}
      what={`controller ${name}`}
      loaded={detail.data !== undefined}
      failure={detail.failure}
      gone={detail.gone && detail.data !== undefined}
      again={detail.again}
    >
      {() => <Loaded detail={detail} controller={detail.data!} />}
    </PageFrame>
  );
}

function Loaded({
  detail,
  controller,
}: {
  detail: Detail<'replicationcontrollers', ReplicationControllerDetail>;
  controller: ReplicationControllerDetail;
}) {
  const go = useGo();
  const row = detail.row ?? controller.row;
  const { namespace, name } = row;
  const view = useView({ noun: 'pods', namespace, labelSelector: selectorOf(row.selector) });
  const pods = useMemo(
    () => (view.loaded ? view.rows().filter((pod) => pod.owner?.name === name) : controller.pods),
    [view, controller.pods, name],
  );
  return (
    <>
      <ObjectHeader
        list={{ href: '/replicationcontrollers', name: 'Controllers' }}
        namespace={namespace}
        name={name}
        freshness={detail.freshness}
        state={
          <span className="text-base">
            <ReadyCount ready={row.ready} wanted={row.desired} /> <span className="text-ink-3">ready</span>
          </span>
        }
        actions={
          <DeleteButton
            kind="controller"
            name={name}
            disabled={detail.gone}
            command={`kubectl delete rc ${name} -n ${namespace}`}
            run={() => api.replicationControllers.delete.mutate({ namespace, name, uid: row.uid })}
            deleted={() => go('/replicationcontrollers')}
          >
            Its {row.current} pods go with it.
          </DeleteButton>
        }
      />
      <Tabs
        label={`Controller ${name}`}
        tabs={[
          {
            key: 'overview',
            name: 'Overview',
            content: () => <Overview controller={controller} row={row} pods={pods} />,
          },
          { key: 'log', name: 'Logs', content: () => <WorkloadLog controller={controller} pods={pods} /> },
          {
            key: 'yaml',
            name: 'YAML',
            content: () => <YamlTab resource="replicationcontrollers" namespace={namespace} name={name} />,
          },
        ]}
      />
    </>
  );
}

function Overview({
  controller,
  row,
  pods,
}: {
  controller: ReplicationControllerDetail;
  row: ReplicationControllerDetail['row'];
  pods: readonly PodRow[];
}) {
  const { object } = controller;
  const { namespace } = row;
  const owned = useMemo(() => new Map([[ownerKey(row), pods]]), [row, pods]);
  const containers = object.spec.template?.spec?.containers ?? [];
  return (
    <>
      <div className="border-b border-line bg-sheet px-5 py-5 max-md:px-4">
        <h2 className="label mb-2">Replicas: drag, use the arrow keys, or type</h2>
        <OwnedPodsContext value={owned}>
          <div className="max-w-[56rem]">
            <ScaleStrip controller={row} />
          </div>
        </OwnedPodsContext>
      </div>
      <Columns>
        <div>
          <Section title="Pods">
            <PodTable pods={pods} third="node" empty="None: it is scaled to zero." />
          </Section>
        </div>
        <div>
          <Section title="What it keeps">
            <Facts
              facts={[
                ['Selects', <Chips key="selector" labels={row.selector} />],
                [
                  'Services',
                  controller.services.length > 0 ? (
                    <span key="services" className="flex flex-wrap gap-x-2">
                      {controller.services.map((service) => (
                        <Link
                          key={service}
                          href={pageOf({ kind: 'Service', namespace, name: service })!}
                          prefetch={false}
                          className="link"
                        >
                          {service}
                        </Link>
                      ))}
                    </span>
                  ) : (
                    'none sends it traffic'
                  ),
                ],
                ['Age', <Age key="age" at={row.createdAt} />],
              ]}
            />
          </Section>
          <Section title="What it makes pods from">
            <Facts
              facts={[
                ['Labels', <Chips key="labels" labels={object.spec.template?.metadata?.labels ?? {}} />],
                ...containers.map(
                  (container) =>
                    [
                      container.name,
                      <span key={container.name}>
                        <code>{container.image}</code>
                        {container.resources?.requests ? (
                          <span className="text-ink-3">
                            {' '}
                            asks for{' '}
                            {Object.entries(container.resources.requests)
                              .map(([resource, quantity]) => `${resource} ${quantity}`)
                              .join(', ')}
                          </span>
                        ) : null}
                      </span>,
                    ] as const,
                ),
              ]}
            />
          </Section>
          <Section title="Events">
            <Timeline
              object={{ kind: 'ReplicationController', namespace, name: row.name }}
              loaded={controller.events}
            />
          </Section>
        </div>
      </Columns>
    </>
  );
}

/** Beyond this many, the logs of all pods together are more than a person can read. */
const mostVoices = 50;

function WorkloadLog({ controller, pods }: { controller: ReplicationControllerDetail; pods: readonly PodRow[] }) {
  const { namespace, name } = controller.row;
  const containers = controller.object.spec.template?.spec?.containers.map((container) => container.name) ?? [];
  // A pod that has not started has no log to open; it joins when it has.
  const speaking = pods.filter((pod) => pod.state !== 'pending' && pod.state !== 'starting').map((pod) => pod.name);
  return (
    <>
      {speaking.length > mostVoices ? (
        <p className="px-5 pt-3 text-ink-2 max-md:px-4">
          The first {mostVoices} of {plural(speaking.length, 'pod')} are followed.
        </p>
      ) : null}
      <LogView namespace={namespace} name={name} pods={speaking.slice(0, mostVoices)} containers={containers} />
    </>
  );
}

function Chips({ labels }: { labels: Readonly<Record<string, string>> }) {
  return (
    <span className="flex flex-wrap gap-1">
      {Object.entries(labels).map(([key, value]) => (
        <LabelChip key={key} label={{ key, value }} />
      ))}
    </span>
  );
}
