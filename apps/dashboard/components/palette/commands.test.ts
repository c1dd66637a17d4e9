// Owns the tests of how the palette matches names.
import { describe, expect, it } from 'vitest';
import { fit } from './commands.ts';

describe('fit', () => {
  it('wants every word', () => expect(fit('redis-primary', 'redis web')).toBeUndefined());
  it('likes the begin of a name best', () =>
    expect(fit('redis-primary', 'redis')!).toBeLessThan(fit('my-redis', 'redis')!));
  it('likes the begin of a word better than its middle', () => {
    expect(fit('my-redis', 'redis')!).toBeLessThan(fit('myredis', 'redis')!);
  });
});
