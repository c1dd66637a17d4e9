// Owns commands that run in a container: Docker's exec over a connection that it hands over whole.
import { sleep, systemClock } from '@berth/host';
import type Docker from 'dockerode';
import { type ExecRequest, type ExecSession, RuntimeError } from '../port.ts';
import { demultiplexed, plain } from './streams.ts';

export async function startExec(docker: Docker, containerId: string, request: ExecRequest): Promise<ExecSession> {
  const exec = await docker.getContainer(containerId).exec({
    Cmd: [...request.command],
    AttachStdin: request.stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: request.tty,
  });
  const connection = await exec.start({ hijack: true, stdin: true, Tty: request.tty });
  // Without this a connection that breaks while nobody reads would end the process; readers see the error themselves.
  connection.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    connection.once('end', resolve);
    connection.once('close', resolve);
  });
  const output = request.tty ? plain(connection) : demultiplexed(connection);
  let left = false;
  const exitCode = ended.then(() => exitCodeOf(exec, () => left));
  // Nobody asks for the exit code of a command that was left: that must not end the process.
  exitCode.catch(() => {});
  return {
    output,
    write: (data) => void connection.write(data),
    endInput: () => void connection.end(),
    resize: async ({ width, height }) => {
      await exec.resize({ w: width, h: height });
    },
    exitCode,
    close: () => {
      left = true;
      connection.destroy();
    },
  };
}

/** Docker may close the connection a moment before it knows how the command ended. */
async function exitCodeOf(exec: Docker.Exec, isLeft: () => boolean): Promise<number> {
  for (let attempt = 0; attempt < 100 && !isLeft(); attempt++) {
    const { ExitCode: exitCode, Running: running } = await exec.inspect();
    if (!running && exitCode !== null) return exitCode;
    await sleep(systemClock, 50);
  }
  throw new RuntimeError('the command was left while it ran');
}
