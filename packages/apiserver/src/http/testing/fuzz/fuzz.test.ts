// A short run of the fuzzer; `npm run fuzz` is the long one.
import { expect, test } from 'vitest';
import { createDice } from './dice.ts';
import { createRequests } from './request.ts';
import { runFuzzer } from './run.ts';
import { startFuzzedServer } from './server.ts';

test('1,000 requests that no client should send are answered, and leave the server whole', {
  timeout: 60_000,
}, async () => {
  await using server = await startFuzzedServer();
  const report = await runFuzzer(server, {
    seed: 20_260_101,
    requests: 1_000,
    connections: 16,
    // Other tests run beside this one, and the requests are made by the same process.
    longestBlockMs: 5_000,
    heapBytes: 2 ** 30,
  });
  expect(report.problems).toEqual([]);
  const answered = (code: string) => report.answers.get(code) ?? 0;
  expect(answered('200') + answered('201')).toBeGreaterThan(150);
  expect(answered('400') + answered('422')).toBeGreaterThan(150);
});

test('a seed and an index give the same request again', () => {
  const [one, other] = [createRequests(7), createRequests(7)];
  for (const index of [0, 1, 99, 12_345]) expect(one(index)).toEqual(other(index));
  expect(one(1)).not.toEqual(createRequests(8)(1));
  expect(createDice(1, 2).below(1_000)).not.toBe(createDice(2, 1).below(1_000));
});
