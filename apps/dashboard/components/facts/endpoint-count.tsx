// Owns how many endpoints answer for a service. None, where a selector promises some, is a failure.
import type { ServiceRow } from '@berth/dashboard-api';
import { plural } from './format.ts';

export function EndpointCount({
  service,
}: {
  service: Pick<ServiceRow, 'selector' | 'readyEndpoints' | 'notReadyEndpoints'>;
}) {
  const { readyEndpoints, notReadyEndpoints } = service;
  if (readyEndpoints > 0) {
    return (
      <span className="whitespace-nowrap text-ink-2">
        {plural(readyEndpoints, 'ready', 'ready')}
        {notReadyEndpoints > 0 ? <span className="text-ink-3">, {notReadyEndpoints} not</span> : null}
      </span>
    );
  }
  if (Object.keys(service.selector).length === 0) return <span className="text-ink-3">set by hand</span>;
  return (
    <span className="whitespace-nowrap font-medium text-failing-text">
      {notReadyEndpoints > 0 ? `none of ${notReadyEndpoints} ready` : 'no endpoints'}
    </span>
  );
}
