// The `berth agent` program: kubelet, network and proxy of one node. Composition only: flags, build, start, stop.
import {
  createLogger,
  openDataDirectory,
  startInOrder,
  stopSignal,
  systemClock,
  systemRandom,
  tellParent,
  whyItEnds,
} from '@berth/host';
import { createAgent } from './agent.ts';
import { ensureCredentials } from './identity/join.ts';
import { parseOptions } from './options.ts';
import { removeEverything } from './remove.ts';

await parseOptions(process.argv.slice(2), {
  async run(options) {
    const log = createLogger({ name: 'agent', level: options.logLevel }).child({ node: options.nodeName });
    try {
      openDataDirectory(options.dataDir);
      const signal = stopSignal();
      await ensureCredentials(options, { clock: systemClock, log, signal });
      if (signal.aborted) return;
      const { components, ready } = createAgent({ options, clock: systemClock, random: systemRandom, log });
      const { done } = await startInOrder(components, signal, log);
      await ready(signal);
      tellParent({ ready: true });
      await done;
    } catch (error) {
      log.error(whyItEnds(error), 'the agent ends');
      process.exitCode = 1;
    }
  },
  async remove(options) {
    await removeEverything(options);
  },
});
// Nothing that is left, such as an idle connection, keeps a stopped agent alive.
process.exit();
