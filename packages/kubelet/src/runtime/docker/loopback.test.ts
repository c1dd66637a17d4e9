import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { ExecRequest, ExecSession, OutputChunk } from '../port.ts';
import { connectLoopback, listeningAddress } from './loopback.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const entry = (local: string, state = '0A') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 123 1 0000000000000000`;
const any6 = '0'.repeat(32);
const loopback6 = `${'0'.repeat(24)}01000000`;

describe('what listens on port 8080', () => {
  test.each([
    ['on the loopback', [entry('0100007F:1F90')], '127.0.0.1'],
    ['on every address', [entry('00000000:1F90')], '127.0.0.1'],
    ['on the loopback of IPv6', [entry(`${loopback6}:1F90`)], '::1'],
    ['on every address of IPv6', [entry(`${any6}:1F90`)], '::1'],
    ['on both loopbacks', [entry(`${loopback6}:1F90`), entry('0100007F:1F90')], '127.0.0.1'],
    ['on another address', [entry('0300F40A:1F90')], undefined],
    ['on another port', [entry('0100007F:1F91')], undefined],
    ['a connection, which does not listen', [entry('0100007F:1F90', '01')], undefined],
    ['nothing', [], undefined],
  ])('%s', (_where, entries, expected) => {
    expect(listeningAddress([head, ...entries, ''].join('\n'), 8080)).toBe(expected);
  });
});

/** A program that says this, and of which it is kept what it was told. */
function program(output: readonly OutputChunk[]) {
  const told: string[] = [];
  const session: ExecSession = {
    output: (async function* () {
      yield* output;
    })(),
    write: (data) => void told.push(Buffer.from(data).toString()),
    endInput: () => void told.push('end'),
    resize: async () => {},
    exitCode: Promise.resolve(0),
    close: () => void told.push('close'),
  };
  return { session, told };
}

const stdout = (said: string): OutputChunk => ({ stream: 'stdout', data: Buffer.from(said) });

function running(...programs: readonly ReturnType<typeof program>[]) {
  const commands: string[] = [];
  const waiting = [...programs];
  const run = async ({ command }: ExecRequest) => {
    commands.push(command.join(' '));
    return waiting.shift()!.session;
  };
  return { run, commands };
}

test('a connection is a program that carries bytes both ways, and ends with it', async () => {
  const carrier = program([stdout('ans'), stdout('wer')]);
  const { run, commands } = running(program([stdout(entry('0100007F:1F90'))]), carrier);
  const connection = await connectLoopback(run, 8080);
  connection!.write('question');
  expect(await text(connection!)).toBe('answer');
  expect(commands[1]).toBe('/bin/busybox nc 127.0.0.1 8080');
  expect(carrier.told).toEqual(['question', 'end', 'close']);
});

test('where nothing listens there is none, and no program is run for it', async () => {
  const { run, commands } = running(program([stdout(head)]));
  expect(await connectLoopback(run, 8080)).toBeUndefined();
  expect(commands).toHaveLength(1);
});

test('what the program says of itself breaks the connection', async () => {
  const failing = program([{ stream: 'stderr', data: Buffer.from("nc: can't connect\n") }]);
  const connection = await connectLoopback(running(program([stdout(entry('0100007F:1F90'))]), failing).run, 8080);
  await expect(text(connection!)).rejects.toThrow("nc: can't connect");
});
