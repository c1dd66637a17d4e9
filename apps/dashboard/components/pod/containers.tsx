'use client';
import type { PodState } from '@berth/dashboard-api';
// Owns the containers of a pod on its page: what each is, how it stands, what it asks for.
import type { Container, ContainerStatus, Pod, Probe } from '@berth/objects';
import { Age } from '../facts/age.tsx';
import { Facts } from '../object/section.tsx';
import { StateBadge } from './state-badge.tsx';

export function Containers({ pod }: { pod: Pod }) {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const containers = [
    ...(pod.spec.initContainers ?? []).map((container) => ({ container, first: true })),
    ...pod.spec.containers.map((container) => ({ container, first: false })),
  ];
  return (
    <ul className="flex flex-col gap-3" data-testid="containers">
      {containers.map(({ container, first }) => (
        <li key={container.name} className="rounded-md border border-line bg-sheet p-3">
          <ContainerCard
            container={container}
            first={first}
            status={statuses.find((status) => status.name === container.name)}
          />
        </li>
      ))}
    </ul>
  );
}

function ContainerCard({
  container,
  first,
  status,
}: {
  container: Container;
  first: boolean;
  status: ContainerStatus | undefined;
}) {
  const running = status?.state?.running;
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">{container.name}</h3>
        {first ? <span className="text-ink-3">runs first</span> : null}
        <StateBadge {...standing(status)} />
        {running?.startedAt ? (
          <span className="text-ink-3">
            for <Age at={Date.parse(running.startedAt)} />
          </span>
        ) : null}
        {status && status.restartCount > 0 ? (
          <span className="ml-auto font-medium text-failing-text">{status.restartCount} restarts</span>
        ) : null}
      </div>
      <Facts
        facts={[
          ['Image', <code key="image">{container.image}</code>],
          [
            'Command',
            container.command || container.args ? (
              <code key="command">{[...(container.command ?? []), ...(container.args ?? [])].join(' ')}</code>
            ) : undefined,
          ],
          [
            'Ports',
            container.ports?.length ? (
              <code key="ports">
                {container.ports
                  .map(
                    (port) =>
                      `${port.name ? `${port.name} ` : ''}${port.containerPort}${port.hostPort ? ` on host ${port.hostPort}` : ''}`,
                  )
                  .join(', ')}
              </code>
            ) : undefined,
          ],
          ['Requests', resourceText(container.resources?.requests)],
          ['Limits', resourceText(container.resources?.limits)],
          ['Liveness', probeText(container.livenessProbe)],
          ['Readiness', probeText(container.readinessProbe)],
          ['Startup', probeText(container.startupProbe)],
          ['Environment', environmentText(container)],
          [
            'Mounts',
            container.volumeMounts
              ?.map((mount) => `${mount.mountPath} from ${mount.name}${mount.readOnly ? ' (read only)' : ''}`)
              .join(', '),
          ],
        ]}
      />
    </>
  );
}

function standing(status: ContainerStatus | undefined): { state: PodState; status: string } {
  const state = status?.state;
  if (state?.running)
    return status?.ready
      ? { state: 'running', status: 'Running' }
      : { state: 'starting', status: 'Running, not ready' };
  if (state?.terminated) {
    const { exitCode, reason } = state.terminated;
    return exitCode === 0
      ? { state: 'succeeded', status: reason ?? 'Completed' }
      : { state: 'failing', status: `${reason ?? 'Error'} (exit code ${exitCode})` };
  }
  const reason = state?.waiting?.reason;
  if (!reason) return { state: 'pending', status: 'Waiting' };
  return { state: /Back|Err|Invalid/.test(reason) ? 'failing' : 'starting', status: reason };
}

function resourceText(resources: Readonly<Record<string, string>> | undefined): string | undefined {
  if (!resources) return undefined;
  return Object.entries(resources)
    .map(([name, quantity]) => `${name} ${quantity}`)
    .join(', ');
}

function probeText(probe: Probe | undefined): string | undefined {
  if (!probe) return undefined;
  const what = probe.httpGet
    ? `GET ${probe.httpGet.path ?? '/'} on ${probe.httpGet.port}`
    : probe.tcpSocket
      ? `connect to ${probe.tcpSocket.port}`
      : probe.exec
        ? (probe.exec.command ?? []).join(' ')
        : 'gRPC';
  return `${what}, every ${probe.periodSeconds ?? 10} s`;
}

/** Values may be secret by accident: names are shown, values are in the YAML. */
function environmentText(container: Container): string | undefined {
  const names = (container.env ?? []).map((variable) => variable.name);
  const sources = (container.envFrom ?? []).map(
    (source) => `all of ${source.configMapRef?.name ?? source.secretRef?.name ?? 'a source'}`,
  );
  return [...names, ...sources].join(', ') || undefined;
}
