import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Run, runCommand } from './command.ts';
import { decideRules } from './decide.ts';
import { ensureRules, ownRoutes, removeRoute, removeRules, setRoute } from './host.ts';

// A machine of its own: a network namespace with one link.
const namespace = `berth-e2e-host-${process.pid}`;
const run: Run = (program, args) => runCommand('nsenter', [`--net=/var/run/netns/${namespace}`, program, ...args]);

beforeAll(async () => {
  await runCommand('ip', ['netns', 'add', namespace]);
  await run('ip', ['link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there']);
  await run('ip', ['addr', 'add', '10.250.200.1/24', 'dev', 'here']);
  for (const link of ['here', 'there']) await run('ip', ['link', 'set', link, 'up']);
  await run('iptables', ['-N', 'DOCKER-USER']);
});
afterAll(() => runCommand('ip', ['netns', 'del', namespace]));

test('routes are ours by their mark, are replaced and removed', async () => {
  await run('ip', ['route', 'add', '10.9.0.0/16', 'via', '10.250.200.9']);
  await setRoute(run, { subnet: '10.250.1.0/24', via: '10.250.200.2' });
  await setRoute(run, { subnet: '10.250.2.0/24', via: '10.250.200.2' });
  await setRoute(run, { subnet: '10.250.1.0/24', via: '10.250.200.3' });
  expect(await ownRoutes(run)).toEqual([
    { subnet: '10.250.1.0/24', via: '10.250.200.3' },
    { subnet: '10.250.2.0/24', via: '10.250.200.2' },
  ]);
  for (const route of await ownRoutes(run)) await removeRoute(run, route);
  expect(await ownRoutes(run)).toEqual([]);
  expect(await run('ip', ['route', 'show', '10.9.0.0/16'])).toContain('via 10.250.200.9');
});

test('ten agents that set the same rules at once leave each of them once, and one cluster is removed alone', async () => {
  const rules = decideRules('one', '10.250.0.0/18');
  await Promise.all(Array.from({ length: 10 }, () => ensureRules(run, rules)));
  await ensureRules(run, decideRules('one-more', '10.250.64.0/18'));
  await run('iptables', ['-I', 'DOCKER-USER', '-s', '10.9.0.0/16', '-j', 'ACCEPT']);
  expect(await comments()).toEqual({ 'berth:one': 4, 'berth:one-more': 4 });
  await removeRules(run, 'one');
  expect(await comments()).toEqual({ 'berth:one-more': 4 });
  await removeRules(run, undefined);
  expect(await comments()).toEqual({});
  expect(await run('iptables', ['-S', 'DOCKER-USER'])).toContain('-s 10.9.0.0/16 -j ACCEPT');
});

async function comments(): Promise<Record<string, number>> {
  const saved = (await run('iptables-save', [])).replaceAll('"', '');
  const counts: Record<string, number> = {};
  for (const [, comment] of saved.matchAll(/--comment (\S+)/g)) counts[comment!] = (counts[comment!] ?? 0) + 1;
  return counts;
}
