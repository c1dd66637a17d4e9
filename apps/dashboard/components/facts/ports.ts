// Owns how a service's port is written: `80 → 30080/TCP`. Pure.
import type { ServiceRow } from '@berth/dashboard-api';

export function portText(port: ServiceRow['ports'][number]): string {
  const protocol = port.protocol === 'TCP' ? '' : `/${port.protocol}`;
  return port.nodePort ? `${port.port}:${port.nodePort}${protocol}` : `${port.port}${protocol}`;
}
