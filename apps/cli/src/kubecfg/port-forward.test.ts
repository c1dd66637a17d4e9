import { describe, expect, it } from 'vitest';
import { parsePorts } from './port-forward.ts';

describe('ports to forward', () => {
  it.each([
    ['80', { local: 80, remote: 80 }],
    ['8080:80', { local: 8080, remote: 80 }],
    [':80', { local: 0, remote: 80 }],
  ])('%s', (word, expected) => {
    expect(parsePorts(word)).toEqual(expected);
  });

  it.each([['http'], ['80:'], ['0:80'], ['80:65536'], ['']])('%j is refused', (word) => {
    expect(() => parsePorts(word)).toThrow('1 to 65535');
  });
});
