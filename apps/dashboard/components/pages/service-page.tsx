'use client';
// Owns the page of one service: its selector, the pods that it finds, and which of them answer, drawn as one path.
import type { ServiceDetail } from '@berth/dashboard-api';
import { useGo, useObjectKey } from '../../live/address.ts';
import { api } from '../../live/api.ts';
import { type Detail, useDetail } from '../../live/use-detail.ts';
import { Icon } from '../controls/icon.tsx';
import { Age } from '../facts/age.tsx';
import { EndpointCount } from '../facts/endpoint-count.tsx';
import { DeleteButton } from '../object/delete-button.tsx';
import { ObjectHeader } from '../object/object-header.tsx';
import { PageFrame } from '../object/page-frame.tsx';
import { Columns, Facts, Section } from '../object/section.tsx';
import { Tabs } from '../object/tabs.tsx';
import { Timeline } from '../object/timeline.tsx';
import { Ports } from '../service/ports.tsx';
import { SelectorPath } from '../service/selector-path.tsx';
import { YamlTab } from '../yaml/yaml-tab.tsx';

export function ServicePage() {
  const { namespace, name } = useObjectKey();
  const detail = useDetail<'services', ServiceDetail>({ noun: 'services', namespace, name }, (signal) =>
    api.services.get.query({ namespace, name }, { signal }),
  );
  return (
    <PageFrame
      key={`${namespace}/${name}`}
      what={`service ${name}`}
      loaded={detail.data !== undefined}
      failure={detail.failure}
      gone={detail.gone && detail.data !== undefined}
      again={detail.again}
    >
      {() => <Loaded detail={detail} service={detail.data!} />}
    </PageFrame>
  );
}

function Loaded({ detail, service }: { detail: Detail<'services', ServiceDetail>; service: ServiceDetail }) {
  const go = useGo();
  const row = detail.row ?? service.row;
  const { namespace, name } = row;
  return (
    <>
      <ObjectHeader
        list={{ href: '/services', name: 'Services' }}
        namespace={namespace}
        name={name}
        freshness={detail.freshness}
        state={
          <span className="text-base">
            <EndpointCount service={row} />
          </span>
        }
        actions={
          <DeleteButton
            kind="service"
            name={name}
            disabled={detail.gone}
            command={`kubectl delete service ${name} -n ${namespace}`}
            run={() => api.services.delete.mutate({ namespace, name, uid: row.uid })}
            deleted={() => go('/services')}
          >
            Its address and its name stop working at once; the pods behind it run on.
          </DeleteButton>
        }
      />
      <Tabs
        label={`Service ${name}`}
        tabs={[
          { key: 'overview', name: 'Overview', content: () => <Overview service={service} row={row} /> },
          {
            key: 'yaml',
            name: 'YAML',
            content: () => <YamlTab resource="services" namespace={namespace} name={name} />,
          },
        ]}
      />
    </>
  );
}

function Overview({ service, row }: { service: ServiceDetail; row: ServiceDetail['row'] }) {
  const { object, findings, overlaps } = service;
  return (
    <Columns>
      <div>
        {findings.length > 0 || overlaps.length > 0 ? (
          <ul data-testid="findings" className="flex flex-col gap-2">
            {findings.map((finding) => (
              <li key={finding} className="flex gap-2.5 rounded-md bg-failing-soft px-3 py-2 text-failing-text">
                <Icon name="warning" size={14} className="mt-0.5" /> {finding}
              </li>
            ))}
            {overlaps.map((overlap) => (
              <li key={overlap.service} className="flex gap-2.5 rounded-md bg-sunken px-3 py-2 text-ink-2">
                <Icon name="services" size={14} className="mt-0.5" /> {overlap.pods} of its pods also answer for{' '}
                {overlap.service}.
              </li>
            ))}
          </ul>
        ) : null}
        <Section title="From selector to endpoints">
          <SelectorPath service={service} />
        </Section>
      </div>
      <div>
        <Section title="Ports">
          <Ports ports={object.spec.ports ?? []} row={row} />
        </Section>
        <Section title="Address">
          <Facts
            facts={[
              ['Type', row.type],
              ['Cluster', <code key="ip">{row.clusterIP}</code>],
              ['Name', <code key="dns">{`${row.name}.${row.namespace}.svc.cluster.local`}</code>],
              ['Affinity', object.spec.sessionAffinity === 'ClientIP' ? 'a client stays with its pod' : undefined],
              ['Age', <Age key="age" at={row.createdAt} />],
            ]}
          />
        </Section>
        <Section title="Events">
          <Timeline object={{ kind: 'Service', namespace: row.namespace, name: row.name }} loaded={service.events} />
        </Section>
      </div>
    </Columns>
  );
}
