// Owns that a Docker Engine answers on this machine: finds the one that is there, or installs and starts Debian's.
import { openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { type Clock, sleep } from '@berth/host';
import { findProgram, startDetached } from './commands.ts';
import { installDebianPackages } from './debian-packages.ts';

const socketPath = '/var/run/docker.sock';

/** `why`: one sentence for the person who started Berth. */
export type Engine = { readonly available: true } | { readonly available: false; readonly why: string };

export interface EngineOptions {
  readonly clock: Clock;
  /** Where dockerd's own log goes, if we start it. */
  readonly logFile: string;
  readonly say: (line: string) => void;
}

export async function ensureEngine(options: EngineOptions): Promise<Engine> {
  if (await answers()) return { available: true };
  try {
    if (!findProgram('dockerd')) await installDebianPackages(['docker.io'], options.say);
    return await startEngine(options);
  } catch (error) {
    return unavailable(`Docker Engine could not be installed (${firstLine(error)})`);
  }
}

async function startEngine(options: EngineOptions): Promise<Engine> {
  // Where systemd runs, installing may have started it; where it does not, nothing has.
  if (await answersWithin(2_000, options)) return { available: true };
  options.say('starting Docker Engine');
  const child = startDetached(findProgram('dockerd') ?? 'dockerd', [], openSync(options.logFile, 'a', 0o600));
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  if (await answersWithin(30_000, options, () => ended)) return { available: true };
  return unavailable(`Docker Engine does not start here (${lastLine(options.logFile)})`);
}

async function answersWithin(ms: number, { clock }: EngineOptions, gaveUp = () => false): Promise<boolean> {
  const end = clock.monotonic() + ms;
  while (clock.monotonic() < end && !gaveUp()) {
    if (await answers()) return true;
    await sleep(clock, 100);
  }
  return answers();
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('error', () => resolve(false));
    ping.once('timeout', () => ping.destroy());
    ping.end();
  });
}

function unavailable(why: string): Engine {
  return { available: false, why };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
}
