'use client';
// Owns the bridge: the whole cluster at a glance. What needs attention first, then every pod at its node.
import { useMemo } from 'react';
import { useParameters } from '../../live/address.ts';
import { worst } from '../../live/freshness.ts';
import { useNow } from '../../live/now.ts';
import { useView } from '../../live/use-view.ts';
import { Button } from '../controls/button.tsx';
import { countText, plural } from '../facts/format.ts';
import { openOverlay } from '../shell/overlay-state.ts';
import { Freshness } from '../states/freshness.tsx';
import { Bone, Notice } from '../states/states.tsx';
import { concernsOf } from './attention.ts';
import { AttentionPanel } from './attention-panel.tsx';
import { BerthMap } from './berth-map.tsx';
import { berthsOf } from './berths.ts';
import { Legend } from './legend.tsx';

export function Bridge() {
  const namespace = useParameters().get('ns') || undefined;
  const pods = useView({ noun: 'pods', namespace, ordered: false });
  const nodes = useView({ noun: 'nodes' });
  const services = useView({ noun: 'services', namespace });
  const quarter = useNow((now) => Math.floor(now / 15_000));
  const seen = useMemo(
    () => ({ pods: pods.rows(), nodes: nodes.rows(), services: services.rows() }),
    [pods, nodes, services],
  );
  const berths = useMemo(() => berthsOf(seen.nodes, seen.pods), [seen]);
  const concerns = useMemo(() => concernsOf({ ...seen, now: quarter * 15_000 }), [seen, quarter]);
  const loaded = pods.loaded && nodes.loaded;
  const running = seen.pods.filter((pod) => pod.state === 'running').length;
  const ready = seen.nodes.filter((node) => node.ready).length;
  const simulated = seen.nodes.filter((node) => node.simulated).length;
  const error = pods.error ?? nodes.error;

  if (error && !loaded) {
    return (
      <Notice icon="close" title="You may not see the cluster">
        <p>{error}</p>
      </Notice>
    );
  }
  return (
    <div className="flex flex-col gap-5 px-5 pt-4 pb-8 max-md:px-4 xl:grid xl:grid-cols-[minmax(0,1fr)_21rem] xl:gap-x-8">
      <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1 xl:col-span-2">
        <h1 className="text-lg font-semibold tracking-[-0.01em]">Bridge</h1>
        <p className="text-ink-2" data-testid="summary">
          {loaded ? (
            <>
              {countText(running)} of {plural(pods.total, 'pod')} running{namespace ? ` in ${namespace}` : ''},{' '}
              {countText(ready)} of {plural(nodes.total, 'node')} ready
              {simulated > 0 ? <span className="md:hidden">, {simulated} simulated</span> : null}
            </>
          ) : (
            <Bone width="16rem" />
          )}
        </p>
        <span className="ml-auto self-center">
          <Freshness state={worst([pods.freshness, nodes.freshness])} compact />
        </span>
      </header>
      <aside aria-labelledby="attention-title" className="xl:order-last">
        <AttentionPanel concerns={concerns} loaded={loaded && services.loaded} />
      </aside>
      <section aria-label="Nodes and their pods" className="flex min-w-0 flex-col gap-3">
        <Legend pods={seen.pods} />
        {loaded ? (
          <>
            <BerthMap berths={berths} />
            {pods.total === 0 ? (
              <Notice
                icon="pods"
                title="All berths are free"
                actions={
                  <Button weight="main" icon="plus" onClick={() => openOverlay('create')}>
                    Create from YAML
                  </Button>
                }
              >
                <p>Create a replication controller, and watch its pods come in here.</p>
              </Notice>
            ) : null}
          </>
        ) : (
          <div role="status" aria-label="Loading" className="flex flex-col gap-4">
            {[0, 1, 2].map((row) => (
              <div key={row} className="h-24 animate-pulse rounded-b-lg border-x-2 border-b-2 border-line" />
            ))}
          </div>
        )}
      </section>
    </div>
  );
}
