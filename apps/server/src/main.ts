// The `berth server` program: API server, loops and dashboard in one process. Composition only: flags, build, start, stop.
import { mkdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import {
  createLogger,
  createMetrics,
  startInOrder,
  stopSignal,
  systemClock,
  systemRandom,
  tellParent,
} from '@berth/host';
import { parseOptions } from './options.ts';
import { buildServer } from './server.ts';

// The dashboard's tables are read through a WebAssembly module, a few times a minute: optimising it would cost 70 MB.
setFlagsFromString('--liftoff-only');

const options = parseOptions(process.argv.slice(2));
const log = createLogger({ name: 'server', level: options.logLevel });
try {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const signal = stopSignal();
  const surroundings = { options, clock: systemClock, random: systemRandom, log, metrics: createMetrics() };
  const { components, ready } = await buildServer(surroundings);
  const { done } = await startInOrder(components, signal, log);
  const addresses = ready();
  tellParent(addresses);
  log.info(addresses, 'ready');
  await done;
} catch (error) {
  log.error({ err: error }, 'the server ends');
  process.exitCode = 1;
}
// Nothing that is left, such as an idle connection, keeps a stopped server alive.
process.exit();
