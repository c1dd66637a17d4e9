// The `berth server` program: API server, loops and dashboard in one process. Composition only: flags, build, start, stop.
import { setFlagsFromString } from 'node:v8';
import {
  createLogger,
  createMetrics,
  descriptorLimit,
  openDataDirectory,
  startInOrder,
  stopSignal,
  systemClock,
  systemRandom,
  tellParent,
  whyItEnds,
} from '@berth/host';
import { connectionShares } from './connections.ts';
import { parseOptions } from './options.ts';
import { buildServer } from './server.ts';

// The dashboard's tables are read through a WebAssembly module, a few times a minute: optimising it would cost 70 MB.
setFlagsFromString('--liftoff-only');

const options = parseOptions(process.argv.slice(2));
const log = createLogger({ name: 'server', level: options.logLevel });
try {
  openDataDirectory(options.dataDir);
  const signal = stopSignal();
  const connections = connectionShares(descriptorLimit());
  const parts = { clock: systemClock, random: systemRandom, log, metrics: createMetrics() };
  const surroundings = { ...parts, options, connections };
  const { components, ready } = await buildServer(surroundings);
  const { done } = await startInOrder(components, signal, log);
  const addresses = ready();
  tellParent(addresses);
  log.info(addresses, 'ready');
  await done;
} catch (error) {
  log.error(whyItEnds(error), 'the server ends');
  process.exitCode = 1;
}
// Nothing that is left, such as an idle connection, keeps a stopped server alive.
process.exit();
