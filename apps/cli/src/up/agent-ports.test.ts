import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freeAgentPorts } from './agent-ports.ts';

test('a port that somebody has is left out', async () => {
  const [port] = await freeAgentPorts(1);
  const somebody = createServer();
  await once(somebody.listen(port, '127.0.0.1'), 'listening');
  const ports = await freeAgentPorts(2);
  somebody.close();
  expect(ports).toHaveLength(2);
  expect(ports).not.toContain(port);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(10_250);
});
