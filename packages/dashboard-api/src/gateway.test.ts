// The gateway as a browser meets it, over the real core of the API server.
import { type New, nodes, type Pod, pods, replicationControllers, services } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, startTestGateway, type TestGateway, ViewRecord } from './testing/test-gateway.ts';

let test_: TestGateway;
let browser: Browser;

beforeEach(async () => {
  test_ = await startTestGateway();
  browser = await test_.signedIn();
});

afterEach(() => test_[Symbol.asyncDispose]());

function podNamed(name: string, labels: Record<string, string> = { app: 'web' }): New<Pod> {
  return {
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'main', image: 'berth/hello' }] },
  };
}

describe('live views', () => {
  test('a view follows the cluster: rows come, change and go, with exact totals', async () => {
    await test_.client.create(pods, podNamed('web-1'));
    const socket = browser.socket();
    const view = await ViewRecord.open(socket, 'v', { noun: 'pods', labelSelector: 'app in (web)' });
    await view.until(({ names }) => names.length === 1);
    await test_.client.create(pods, podNamed('web-0'));
    await test_.client.create(pods, podNamed('db-0', { app: 'db' }));
    await view.until(({ total }) => total === 2);
    expect(view.names).toEqual(['web-0', 'web-1']);
    await test_.client.delete(pods, { namespace: 'default', name: 'web-1' }, { gracePeriodSeconds: 0 });
    await view.until(({ total }) => total === 1);
    expect(view.names).toEqual(['web-0']);
    socket.disconnect();
  });
});
