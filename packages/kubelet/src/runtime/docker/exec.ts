// Owns commands that run in a container: Docker's exec over a connection that it hands over whole.
import type { Duplex } from 'node:stream';
import { type Clock, sleep } from '@berth/host';
import type Docker from 'dockerode';
import { type ExecRequest, type ExecSession, type OutputChunk, RuntimeError } from '../port.ts';
import { dockerMessage } from './errors.ts';
import { demultiplexed, plain } from './streams.ts';

/** A terminal gets its size with its first breath, when Docker may not have started the command yet. */
const resizeTries = 10;
const resizeRetryMs = 30;

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
  // Without this a connection that breaks while nobody reads would end the process; readers see the error themselves.
  connection.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    connection.once('end', resolve);
    connection.once('close', resolve);
  });
  const output = request.tty ? plain(connection) : demultiplexed(connection);
  let left = false;
  const exitCode = ended.then(() => exitCodeOf(exec, clock, () => left));
  // Nobody asks for the exit code of a command that was left: that must not end the process.
  exitCode.catch(() => {});
  return {
    output,
    write: (data) => void connection.write(data),
    endInput: () => void connection.end(),
    async resize({ width, height }) {
      for (let tries = 1; ; tries++) {
        try {
          await exec.resize({ w: width, h: height });
          return;
        } catch (error) {
          if (tries === resizeTries) throw error;
          await sleep(clock, resizeRetryMs);
        }
      }
    },
    exitCode,
    close: () => {
      left = true;
      connection.destroy();
    },
  };
}

/** What a shell says of a program that it cannot run. */
const cannotRun = 126;

function failedSession(message: string, stream: OutputChunk['stream']): ExecSession {
  return {
    output: (async function* () {
      yield { stream, data: Buffer.from(`${message}\r\n`) };
    })(),
    write() {},
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
