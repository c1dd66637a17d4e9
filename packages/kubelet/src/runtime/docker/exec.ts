// Owns talking with programs that run in a container: Docker's exec and attach, over a connection that it hands over
// whole.
import { Duplex } from 'node:stream';
import { type Clock, sleep } from '@berth/host';
import type Docker from 'dockerode';
import { type AttachRequest, type ExecRequest, type ExecSession, type OutputChunk, RuntimeError } from '../port.ts';
import { dockerMessage } from './errors.ts';
import { demultiplexed, plain } from './streams.ts';
import { type TerminalSize, TerminalSizer } from './terminal-size.ts';

/** How often, and how long after one another, it is asked how a command ended. */
const inspectTries = 100;
const inspectRetryMs = 50;

interface Surroundings {
  readonly docker: Docker;
  readonly clock: Clock;
}

export async function startExec(
  { docker, clock }: Surroundings,
  containerId: string,
  request: ExecRequest,
): Promise<ExecSession> {
  const exec = await docker.getContainer(containerId).exec({
    Cmd: [...request.command],
    AttachStdin: request.stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: request.tty,
  });
  let connection: Duplex;
  try {
    connection = await exec.start({ hijack: true, stdin: true, Tty: request.tty });
  } catch (error) {
    // Docker tells of a program that it cannot run here or in the output, whichever comes first: we tell it one way.
    return failedSession(dockerMessage(error), request.tty ? 'stdout' : 'stderr');
  }
  const ended = endOf(connection);
  let left = false;
  const exitCode = ended.then(() => exitCodeOf(exec, clock, () => left));
  // Nobody asks for the exit code of a command that was left: that must not end the process.
  exitCode.catch(() => {});
  const session = traffic(connection, request);
  return {
    ...session,
    ...terminalOf(({ width, height }) => exec.resize({ w: width, h: height }), { clock, session, tty: request.tty }),
    exitCode,
    close: () => {
      left = true;
      connection.destroy();
    },
  };
}

export async function startAttach(
  { docker, clock }: Surroundings,
  containerId: string,
  request: AttachRequest,
): Promise<ExecSession> {
  const container = docker.getContainer(containerId);
  const streams = { stream: true, stdin: request.stdin, stdout: true, stderr: true };
  const connection = await container.attach({ ...streams, hijack: true });
  if (!(connection instanceof Duplex)) throw new RuntimeError('Docker gave no connection');
  const session = traffic(connection, request);
  return {
    ...session,
    ...terminalOf(({ width, height }) => container.resize({ w: width, h: height }), {
      clock,
      session,
      tty: request.tty,
    }),
    exitCode: endOf(connection).then(() => 0),
    close: () => connection.destroy(),
  };
}

function traffic(connection: Duplex, { tty }: AttachRequest): Pick<ExecSession, 'output' | 'write' | 'endInput'> {
  return {
    output: tty ? plain(connection) : demultiplexed(connection),
    write: (data) => (connection.write(data) || connection.destroyed ? undefined : roomIn(connection)),
    endInput: () => void connection.end(),
  };
}

interface Terminal {
  readonly clock: Clock;
  readonly session: Pick<ExecSession, 'output'>;
  readonly tty: boolean;
}

/** The output waits, once, until the terminal has its size: what a person types at the first prompt finds it right. */
function terminalOf(
  apply: (size: TerminalSize) => Promise<void>,
  { clock, session, tty }: Terminal,
): Pick<ExecSession, 'output' | 'resize'> {
  const sizer = new TerminalSizer(apply, clock);
  return { resize: (size) => sizer.set(size), output: tty ? confirming(sizer, session.output) : session.output };
}

async function* confirming(sizer: TerminalSizer, output: AsyncIterable<OutputChunk>): AsyncIterable<OutputChunk> {
  let isConfirmed = false;
  for await (const chunk of output) {
    if (!isConfirmed) await sizer.confirm();
    isConfirmed = true;
    yield chunk;
  }
}

function roomIn(connection: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      connection.off('drain', done);
      connection.off('close', done);
      resolve();
    };
    connection.on('drain', done);
    connection.on('close', done);
  });
}

function endOf(connection: Duplex): Promise<void> {
  // Without this a connection that breaks while nobody reads would end the process; readers see the error themselves.
  connection.on('error', () => {});
  return new Promise((resolve) => {
    connection.once('end', resolve);
    connection.once('close', resolve);
  });
}

/** What a shell says of a program that it cannot run. */
const cannotRun = 126;

function failedSession(message: string, stream: OutputChunk['stream']): ExecSession {
  return {
    output: (async function* () {
      yield { stream, data: Buffer.from(`${message}\r\n`) };
    })(),
    write: () => undefined,
    endInput() {},
    async resize() {},
    exitCode: Promise.resolve(cannotRun),
    close() {},
  };
}

/** Docker may close the connection a moment before it knows how the command ended. */
async function exitCodeOf(exec: Docker.Exec, clock: Clock, isLeft: () => boolean): Promise<number> {
  for (let attempt = 0; attempt < inspectTries && !isLeft(); attempt++) {
    const { ExitCode: exitCode, Running: running } = await exec.inspect();
    if (!running && exitCode !== null) return exitCode;
    await sleep(clock, inspectRetryMs);
  }
  throw new RuntimeError('the command was left while it ran');
}
