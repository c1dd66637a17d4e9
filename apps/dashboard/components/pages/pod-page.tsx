'use client';
// Owns the page of one pod.
import type { PodDetail, Selecting } from '@berth/dashboard-api';
import Link from 'next/link';
import { useState } from 'react';
import { pageOf, useGo, useObjectKey } from '../../live/address.ts';
import { api } from '../../live/api.ts';
import { type Detail, useDetail } from '../../live/use-detail.ts';
import { useView } from '../../live/use-view.ts';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Age } from '../facts/age.tsx';
import { Simulated } from '../facts/node-status.tsx';
import { LabelChip } from '../labels/label-chip.tsx';
import { LabelEditor } from '../labels/label-editor.tsx';
import { LogView } from '../log/log-view.tsx';
import { Conditions } from '../object/conditions.tsx';
import { DeleteButton } from '../object/delete-button.tsx';
import { ObjectHeader } from '../object/object-header.tsx';
import { PageFrame } from '../object/page-frame.tsx';
import { Columns, Facts, Section } from '../object/section.tsx';
import { Tabs } from '../object/tabs.tsx';
import { Timeline } from '../object/timeline.tsx';
import { Containers } from '../pod/containers.tsx';
import { StateBadge } from '../pod/state-badge.tsx';
import { WhyPanel } from '../pod/why-panel.tsx';
import { YamlTab } from '../yaml/yaml-tab.tsx';

export function PodPage() {
  const { namespace, name } = useObjectKey();
  const detail = useDetail<'pods', PodDetail>({ noun: 'pods', namespace, name }, (signal) =>
    api.pods.get.query({ namespace, name }, { signal }),
  );
  return (
    <PageFrame
      key={`${namespace}/${name}`}
      what={`pod ${name}`}
      loaded={detail.data !== undefined}
      failure={detail.failure}
      gone={detail.gone && detail.data !== undefined}
      again={detail.again}
    >
      {() => <Loaded detail={detail} pod={detail.data!} />}
    </PageFrame>
  );
}

function Loaded({ detail, pod }: { detail: Detail<'pods', PodDetail>; pod: PodDetail }) {
  const go = useGo();
  const row = detail.row ?? pod.row;
  const { namespace, name } = row;
  const containers = [...(pod.object.spec.initContainers ?? []), ...pod.object.spec.containers].map(
    (container) => container.name,
  );
  return (
    <>
      <ObjectHeader
        list={{ href: '/pods', name: 'Pods' }}
        namespace={namespace}
        name={name}
        freshness={detail.freshness}
        state={<StateBadge state={row.state} status={row.status} large />}
        actions={
          <DeleteButton
            kind="pod"
            name={name}
            disabled={detail.gone}
            command={`kubectl delete pod ${name} -n ${namespace}`}
            run={() => api.pods.delete.mutate({ namespace, name, uid: row.uid })}
            deleted={() => go('/pods')}
          >
            {row.owner
              ? `${row.owner.kind} ${row.owner.name} makes another in its place.`
              : 'Nothing makes another in its place: no controller owns it.'}
          </DeleteButton>
        }
      />
      <Tabs
        label={`Pod ${name}`}
        tabs={[
          { key: 'overview', name: 'Overview', content: () => <Overview pod={pod} again={detail.again} row={row} /> },
          {
            key: 'log',
            name: 'Log',
            content: () => <LogView namespace={namespace} name={name} pods={[name]} containers={containers} />,
          },
          { key: 'yaml', name: 'YAML', content: () => <YamlTab resource="pods" namespace={namespace} name={name} /> },
        ]}
      />
    </>
  );
}

function Overview({ pod, row, again }: { pod: PodDetail; row: PodDetail['row']; again(): void }) {
  const { object } = pod;
  const node = useView(row.node ? { noun: 'nodes', name: row.node } : undefined);
  const simulated = node.rows()[0]?.simulated;
  const [editing, setEditing] = useState(false);
  return (
    <>
      <WhyPanel pod={object} />
      <Columns>
        <div>
          <Section title="Containers">
            <Containers pod={object} />
          </Section>
          <Section title="Conditions">
            <Conditions conditions={object.status.conditions ?? []} />
          </Section>
        </div>
        <div>
          <Section title="Where and whose">
            <Facts
              facts={[
                [
                  'Node',
                  row.node ? (
                    <span key="node" className="flex items-center gap-2">
                      <Link className="link" prefetch={false} href={pageOf({ kind: 'Node', name: row.node })!}>
                        {row.node}
                      </Link>
                      {simulated ? <Simulated /> : null}
                    </span>
                  ) : (
                    'none yet'
                  ),
                ],
                ['Address', row.ip ? <code key="ip">{row.ip}</code> : undefined],
                [
                  'Owner',
                  row.owner ? (
                    <OwnerLink key="owner" owner={row.owner} namespace={row.namespace} />
                  ) : (
                    'none: nothing replaces it'
                  ),
                ],
                ['Restarts', row.restarts > 0 ? String(row.restarts) : undefined],
                [
                  'Policy',
                  object.spec.restartPolicy ? `restart ${object.spec.restartPolicy.toLowerCase()}` : undefined,
                ],
                ['Age', <Age key="age" at={row.createdAt} />],
              ]}
            />
          </Section>
          <Section
            title="Labels"
            aside={
              editing ? null : (
                <Button weight="quiet" data-testid="edit-labels" className="h-6" onClick={() => setEditing(true)}>
                  Edit
                </Button>
              )
            }
          >
            {editing ? (
              <LabelEditor
                namespace={row.namespace}
                name={row.name}
                labels={object.metadata.labels ?? {}}
                resourceVersion={object.metadata.resourceVersion ?? ''}
                saved={again}
                close={() => setEditing(false)}
              />
            ) : (
              <div className="flex flex-wrap gap-1.5" data-testid="labels">
                {Object.entries(row.labels).map(([key, value]) => (
                  <LabelChip key={key} label={{ key, value }} />
                ))}
                {Object.keys(row.labels).length === 0 ? (
                  <p className="text-ink-3">None: no service and no controller can select it.</p>
                ) : null}
              </div>
            )}
          </Section>
          <Section title="Selected by">
            <SelectedBy selecting={pod.selectedBy} namespace={row.namespace} />
          </Section>
          <Section title="Events">
            <Timeline object={{ kind: 'Pod', namespace: row.namespace, name: row.name }} loaded={pod.events} />
          </Section>
        </div>
      </Columns>
    </>
  );
}

function OwnerLink({ owner, namespace }: { owner: { kind: string; name: string }; namespace: string }) {
  const href = pageOf({ ...owner, namespace });
  const text = `${owner.kind} ${owner.name}`;
  return href ? (
    <Link href={href} prefetch={false} className="link">
      {text}
    </Link>
  ) : (
    <span>{text}</span>
  );
}

function SelectedBy({ selecting, namespace }: { selecting: readonly Selecting[]; namespace: string }) {
  if (selecting.length === 0)
    return <p className="text-ink-3">No service sends it traffic, and no controller counts it.</p>;
  return (
    <ul className="flex flex-col gap-1.5" data-testid="selected-by">
      {selecting.map((one) => (
        <li key={`${one.kind}/${one.name}`} className="flex min-w-0 flex-wrap items-center gap-2">
          <Icon name={one.kind === 'Service' ? 'services' : 'controllers'} size={14} className="text-ink-3" />
          <Link href={pageOf({ ...one, namespace })!} prefetch={false} className="link font-medium">
            {one.name}
          </Link>
          <span className="text-ink-3">by</span>
          {Object.entries(one.selector).map(([key, value]) => (
            <LabelChip key={key} label={{ key, value }} />
          ))}
          {one.kind === 'ReplicationController' && !one.owns ? (
            <span className="text-failing-text">not its owner</span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
