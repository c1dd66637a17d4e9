// Owns commands that run in a container: Docker's exec over a connection that it hands over whole.
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
  return {
    output,
    write: (data) => void connection.write(data),
    endInput: () => void connection.end(),
    resize: async ({ width, height }) => {
      await exec.resize({ w: width, h: height });
    },
    exitCode: ended.then(async () => {
      const { ExitCode: exitCode, Running: running } = await exec.inspect();
      if (running || exitCode === null) throw new RuntimeError('the command was left while it ran');
      return exitCode;
    }),
    close: () => connection.destroy(),
  };
}
