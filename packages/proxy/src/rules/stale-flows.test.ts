import { expect, test } from 'vitest';
import { endpoints, service } from '../testing/objects.ts';
import { decideService, noRules, type ServiceRules } from './decide.ts';
import { staleFlows } from './stale-flows.ts';

function rules(protocol: 'TCP' | 'UDP', ...addresses: string[]): ServiceRules {
  const spec = { clusterIP: '10.96.0.5', ports: [{ port: 53, protocol, nodePort: 30053 }] };
  const found = endpoints(
    's',
    addresses.map((ip) => ({ ip })),
    [{ port: 53, protocol }],
  );
  return decideService(service('s', spec), found, () => true);
}

const cases = [
  { name: 'nothing changed', from: rules('UDP', '10.0.0.1'), to: rules('UDP', '10.0.0.1'), expected: [] },
  { name: 'a backend came', from: rules('UDP', '10.0.0.1'), to: rules('UDP', '10.0.0.1', '10.0.0.2'), expected: [] },
  {
    name: 'a backend went',
    from: rules('UDP', '10.0.0.1', '10.0.0.2'),
    to: rules('UDP', '10.0.0.2'),
    expected: ['10.96.0.5:53 10.0.0.1', '*:30053 10.0.0.1'],
  },
  {
    name: 'the service went',
    from: rules('UDP', '10.0.0.1'),
    to: noRules,
    expected: ['10.96.0.5:53 10.0.0.1', '*:30053 10.0.0.1'],
  },
  {
    name: 'the first backend came: callers who were refused start anew',
    from: rules('UDP'),
    to: rules('UDP', '10.0.0.1'),
    expected: ['10.96.0.5:53 any', '*:30053 any'],
  },
  { name: 'TCP notices by itself', from: rules('TCP', '10.0.0.1'), to: noRules, expected: [] },
];

test.each(cases)('$name', ({ from, to, expected }) => {
  const flows = staleFlows(from, to).map(({ address = '*', port, backend = 'any' }) => `${address}:${port} ${backend}`);
  expect(flows).toEqual(expected);
});
