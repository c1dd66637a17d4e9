// A server that runs for longer than its certificates live: they are exchanged while it serves.
import { connect, type PeerCertificate } from 'node:tls';
import { FakeClock } from '@berth/host/testing';
import { expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const day = 24 * 3600 * 1000;

/** What the server shows to whoever comes now. Throws where it is not of the authority. */
function shown({ address, credentials: { ca } }: TestServer): Promise<PeerCertificate> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('near its end, new connections are shown the next certificate, and those that stand go on', async () => {
  // Both certificates are good today: TLS looks at the real time.
  const clock = new FakeClock(Date.now() - 300 * day);
  await using server = await startTestServer({ credentialsClock: clock });
  const { credentials } = server;
  const first = await shown(server);
  expect((await server.call('GET', '/api/v1/configmaps')).code).toBe(200);
  expect(await credentials.renew()).toBe(false);
  expect((await shown(server)).serialNumber).toBe(first.serialNumber);

  clock.set(300 * day);
  expect(await credentials.renew()).toBe(true);
  const second = await shown(server);
  expect(second.serialNumber).not.toBe(first.serialNumber);
  expect(Date.parse(second.valid_to)).toBeGreaterThan(Date.parse(first.valid_to) + 250 * day);
  // Over the connection that was there before.
  expect((await server.call('GET', '/api/v1/configmaps')).code).toBe(200);
  expect((await server.call('GET', '/api/v1/configmaps', { identity: credentials.admin })).code).toBe(200);
  expect(await credentials.renew()).toBe(false);
});
