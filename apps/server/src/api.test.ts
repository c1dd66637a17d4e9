import { expect, test } from 'vitest';
import { servedHosts } from './api.ts';

test.each([
  ['a server of this machine alone', '127.0.0.1', [], ['127.0.0.1']],
  ['one address', '192.0.2.1', ['berth.example'], ['192.0.2.1', 'berth.example']],
  ['every address', '0.0.0.0', ['192.0.2.1'], ['192.0.2.1']],
  ['every address of IPv6', '::', [], []],
])('the certificate of %s names where it is reached', (_name, apiAddress, hostNames, hosts) => {
  expect(servedHosts({ apiAddress, hostNames })).toEqual(hosts);
});
