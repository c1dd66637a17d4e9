'use client';
// Owns the page of one node: its pods, how full it is, its conditions, and taking it out of turn.
import type { NodeDetail, NodeRow } from '@berth/dashboard-api';
import { useMemo } from 'react';
import { useObjectKey } from '../../live/address.ts';
import { api, failureOf } from '../../live/api.ts';
import { type Detail, useDetail } from '../../live/use-detail.ts';
import { useView } from '../../live/use-view.ts';
import { Button } from '../controls/button.tsx';
import { Age } from '../facts/age.tsx';
import { CapacityBar } from '../facts/capacity-bar.tsx';
import { bytesText, cpuText } from '../facts/format.ts';
import { NodeStatus } from '../facts/node-status.tsx';
import { LabelChip } from '../labels/label-chip.tsx';
import { Conditions } from '../object/conditions.tsx';
import { ObjectHeader } from '../object/object-header.tsx';
import { PageFrame } from '../object/page-frame.tsx';
import { Columns, Facts, Section } from '../object/section.tsx';
import { Tabs } from '../object/tabs.tsx';
import { Timeline } from '../object/timeline.tsx';
import { say } from '../overlay/toasts.tsx';
import { PodTable } from '../pod/pod-table.tsx';
import { YamlTab } from '../yaml/yaml-tab.tsx';

export function NodePage() {
  const { name } = useObjectKey();
  const detail = useDetail<'nodes', NodeDetail>({ noun: 'nodes', name }, (signal) =>
    api.nodes.get.query({ name }, { signal }),
  );
  return (
    <PageFrame
      key={name}
      what={`node ${name}`}
      loaded={detail.data !== undefined}
      failure={detail.failure}
      gone={detail.gone && detail.data !== undefined}
      again={detail.again}
    >
      {() => <Loaded detail={detail} node={detail.data!} />}
    </PageFrame>
  );
}

async function setSchedulable(name: string, schedulable: boolean): Promise<void> {
  try {
    await api.nodes.setSchedulable.mutate({ name, schedulable });
    say({
      title: schedulable ? `${name} takes pods again` : `${name} takes no new pods`,
      command: `kubectl ${schedulable ? 'uncordon' : 'cordon'} ${name}`,
      undo: { label: 'Undo', run: () => void setSchedulable(name, !schedulable) },
    });
  } catch (error) {
    say({ title: `${name} was not changed`, detail: failureOf(error).message, failed: true });
  }
}

function Loaded({ detail, node }: { detail: Detail<'nodes', NodeDetail>; node: NodeDetail }) {
  const row = detail.row ?? node.row;
  return (
    <>
      <ObjectHeader
        list={{ href: '/nodes', name: 'Nodes' }}
        name={row.name}
        freshness={detail.freshness}
        state={<NodeStatus node={row} />}
        actions={
          <Button
            data-testid="cordon"
            disabled={detail.gone}
            onClick={() => void setSchedulable(row.name, !row.schedulable)}
          >
            {row.schedulable ? 'Cordon: no new pods' : 'Uncordon: take pods again'}
          </Button>
        }
      />
      <Tabs
        label={`Node ${row.name}`}
        tabs={[
          { key: 'overview', name: 'Overview', content: () => <Overview node={node} row={row} /> },
          { key: 'yaml', name: 'YAML', content: () => <YamlTab resource="nodes" name={row.name} /> },
        ]}
      />
    </>
  );
}

function Overview({ node, row }: { node: NodeDetail; row: NodeRow }) {
  const view = useView({ noun: 'pods' });
  const pods = useMemo(
    () => (view.loaded ? view.rows().filter((pod) => pod.node === row.name) : node.pods),
    [view, node.pods, row.name],
  );
  const info = node.object.status.nodeInfo;
  return (
    <>
      <div
        className="grid gap-x-8 gap-y-4 border-b border-line bg-sheet px-5 py-4 max-md:px-4 md:grid-cols-3"
        data-testid="capacity"
      >
        <Gauge name="CPU requested" used={row.requested.cpu} of={row.capacity.cpu} text={cpuText} />
        <Gauge name="Memory requested" used={row.requested.memory} of={row.capacity.memory} text={bytesText} />
        <Gauge name="Pods" used={row.pods} of={row.capacity.pods} text={String} />
      </div>
      {row.simulated ? (
        <p className="border-b border-line px-5 py-2 text-ink-2 max-md:px-4">
          This node is simulated: its pods are accounted for, but no container runs on it.
        </p>
      ) : null}
      <Columns>
        <div>
          <Section title="Pods">
            <PodTable pods={pods} third="namespace" empty="None." />
          </Section>
        </div>
        <div>
          <Section title="Conditions">
            <Conditions conditions={node.object.status.conditions ?? []} />
          </Section>
          <Section title="Machine">
            <Facts
              facts={[
                ['Runtime', <code key="runtime">{row.runtime}</code>],
                ['Address', row.address ? <code key="address">{row.address}</code> : undefined],
                ['Pod network', row.podCidr ? <code key="cidr">{row.podCidr}</code> : undefined],
                ['System', info?.osImage],
                ['Kernel', info?.kernelVersion],
                ['Agent', info?.kubeletVersion],
                [
                  'Joined',
                  <span key="age">
                    <Age at={row.createdAt} /> ago
                  </span>,
                ],
              ]}
            />
          </Section>
          <Section title="Labels">
            <div className="flex flex-wrap gap-1.5">
              {Object.entries(row.labels).map(([key, value]) => (
                <LabelChip key={key} label={{ key, value }} />
              ))}
            </div>
          </Section>
          <Section title="Events">
            <Timeline object={{ kind: 'Node', name: row.name }} loaded={node.events} />
          </Section>
        </div>
      </Columns>
    </>
  );
}

function Gauge({ name, used, of, text }: { name: string; used: number; of: number; text(value: number): string }) {
  return (
    <div className="flex flex-col gap-1">
      <span className="label" aria-hidden="true">
        {name}
      </span>
      <CapacityBar label={name} used={used} of={of} text={text} />
    </div>
  );
}
