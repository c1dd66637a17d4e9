import { expect, test } from 'vitest';
import { machineUsage, readDiskUsage, readMachineUsage } from './node-usage.ts';

test('what /proc tells of the machine', () => {
  const usage = machineUsage({
    stat: 'cpu  100 20 30 9999 500 1 2 3 40 5\ncpu0 1 2 3 4 5 6 7 8 9 10\nbtime 1760000000\n',
    memory: 'MemTotal:        1000 kB\nMemFree:          300 kB\nInactive(file):   200 kB\nAnonPages:   50 kB\n',
    vm: 'pgfault 77\npgmajfault 7\n',
    network: [
      'Inter-|   Receive                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
      '    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16',
      '  eth0: 1000 10 1 0 0 0 0 0 2000 20 2 0 0 0 0 0',
      '',
    ].join('\n'),
  });
  expect(usage).toEqual({
    bootedAt: 1_760_000_000_000,
    // Neither idle nor waiting, nor a second time what guests used.
    cpuNanoseconds: 156 * 10_000_000,
    memory: {
      totalBytes: 1000 * 1024,
      usageBytes: 700 * 1024,
      workingSetBytes: 500 * 1024,
      rssBytes: 50 * 1024,
      pageFaults: 77,
      majorPageFaults: 7,
    },
    network: { eth0: { rxBytes: 1000, rxErrors: 1, txBytes: 2000, txErrors: 2 } },
  });
});

test('this machine has such files', async () => {
  const machine = await readMachineUsage();
  expect(machine.cpuNanoseconds).toBeGreaterThan(0);
  expect(machine.memory.workingSetBytes).toBeGreaterThan(0);
  expect(machine.memory.workingSetBytes).toBeLessThan(machine.memory.totalBytes);
  const disk = await readDiskUsage('/');
  expect(disk.availableBytes).toBeLessThanOrEqual(disk.capacityBytes);
});
