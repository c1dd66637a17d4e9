import { describe, expect, test } from 'vitest';
import { isTrusted, subresourceOf } from './authorization.ts';
import { exitStatus } from './exec-socket.ts';
import { limited, parseLogQuery } from './log-query.ts';

type Socket = Parameters<typeof isTrusted>[0];

describe('who comes in without a question', () => {
  const cases: [string, boolean, object, boolean][] = [
    ['nobody', false, {}, false],
    ['an unknown authority', false, { subject: { CN: 'kube-apiserver-kubelet-client' } }, false],
    ['the API server', true, { subject: { CN: 'kube-apiserver-kubelet-client' } }, true],
    ['a master', true, { subject: { CN: 'someone', O: 'system:masters' } }, true],
    ['a master among others', true, { subject: { CN: 'someone', O: ['a', 'system:masters'] } }, true],
    ['another agent', true, { subject: { CN: 'system:node:n2', O: 'system:nodes' } }, false],
    ['no certificate at all', true, {}, false],
  ];
  test.each(cases)('%s', (_name, authorized, certificate, verdict) => {
    const socket = { authorized, getPeerCertificate: () => certificate } as unknown as Socket;
    expect(isTrusted(socket)).toBe(verdict);
  });

  test.each([
    ['/metrics', 'metrics'],
    ['/metrics/resource', 'metrics'],
    ['/stats/summary', 'stats'],
    ['/pods', 'proxy'],
    ['/exec/default/web/c', 'proxy'],
    ['/metricsx', 'proxy'],
  ])('%s is %s of the node to anybody else', (path, subresource) => {
    expect(subresourceOf(path)).toBe(subresource);
  });
});

describe('a log request', () => {
  test('says what it wants', () => {
    const query = new URLSearchParams(
      'follow=true&previous=1&timestamps=false&tailLines=0&sinceTime=2026-01-01T00:00:00Z&limitBytes=5',
    );
    expect(parseLogQuery(query)).toEqual({
      follow: true,
      previous: true,
      timestamps: false,
      tailLines: 0,
      sinceSeconds: undefined,
      limitBytes: 5,
      sinceTime: '2026-01-01T00:00:00Z',
    });
  });

  test.each(['tailLines=-1', 'tailLines=x', 'sinceSeconds=0', 'limitBytes=0', 'sinceTime=soon'])(
    'refuses %s',
    (query) => {
      expect(() => parseLogQuery(new URLSearchParams(query))).toThrow(query.split('=')[0]);
    },
  );

  test.each([
    [undefined, 'abcdef'],
    [6, 'abcdef'],
    [4, 'abcd'],
    [3, 'abc'],
    [1, 'a'],
  ])('gets at most %s bytes', async (limit, expected) => {
    const source = (async function* () {
      yield Buffer.from('abc');
      yield Buffer.from('def');
    })();
    let text = '';
    for await (const data of limited(source, limit)) text += Buffer.from(data).toString();
    expect(text).toBe(expected);
  });
});

test('a command ends with a Status that has its exit code', () => {
  expect(exitStatus(0)).toMatchObject({ status: 'Success' });
  expect(exitStatus(7)).toMatchObject({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '7' }] },
  });
});
