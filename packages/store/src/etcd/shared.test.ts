import { expect, test } from 'vitest';
import { shared } from './shared.ts';

/** A call whose answers the test gives, and how often it was made. */
function controlled() {
  const waiting: { answer: (value: number) => void; fail: (error: Error) => void }[] = [];
  const ask = shared(() => new Promise<number>((answer, fail) => waiting.push({ answer, fail })));
  return { ask, waiting };
}

/** Until promises that are settled have told everybody. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('those who ask together share one call', async () => {
  const { ask, waiting } = controlled();
  const answers = Promise.all([ask(), ask(), ask()]);
  await settled();
  expect(waiting).toHaveLength(1);
  waiting[0]!.answer(7);
  expect(await answers).toEqual([7, 7, 7]);
});

test('who asks while a call is under way gets the answer of a later one', async () => {
  const { ask, waiting } = controlled();
  const first = ask();
  await settled();
  const late = Promise.all([ask(), ask()]);
  await settled();
  expect(waiting).toHaveLength(1);
  waiting[0]!.answer(1);
  expect(await first).toBe(1);
  await settled();
  expect(waiting).toHaveLength(2);
  waiting[1]!.answer(2);
  expect(await late).toEqual([2, 2]);
});

test('a call that failed fails for those who share it, and for nobody else', async () => {
  const { ask, waiting } = controlled();
  const first = Promise.allSettled([ask(), ask()]);
  await settled();
  const late = ask();
  waiting[0]!.fail(new Error('gone'));
  expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await settled();
  waiting[1]!.answer(3);
  expect(await late).toBe(3);
});
