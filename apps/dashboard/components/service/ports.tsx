// Owns the ports of a service, with the link that opens a node port from where the browser is.
import type { ServiceRow } from '@berth/dashboard-api';
import type { ServicePort } from '@berth/objects';

export function Ports({ ports, row }: { ports: readonly ServicePort[]; row: ServiceRow }) {
  if (ports.length === 0) return <p className="text-ink-3">None.</p>;
  return (
    <ul className="flex flex-col gap-1.5">
      {ports.map((port) => (
        <li key={`${port.port}/${port.protocol}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
          {port.name ? <span className="font-medium">{port.name}</span> : null}
          <code>
            {row.clusterIP}:{port.port}
          </code>
          <span className="text-ink-3">
            → port {port.targetPort ?? port.port} of the pods
            {port.protocol && port.protocol !== 'TCP' ? `, ${port.protocol}` : ''}
          </span>
          {port.nodePort ? <NodePort port={port.nodePort} /> : null}
        </li>
      ))}
    </ul>
  );
}

/** Every node answers on it, so the machine that the dashboard is on does as well. */
function NodePort({ port }: { port: number }) {
  const address = `http://${window.location.hostname}:${port}/`;
  return (
    <a href={address} target="_blank" rel="noreferrer" data-testid="node-port" className="link font-medium">
      Open node port {port}
    </a>
  );
}
