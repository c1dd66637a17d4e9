// `npm run down`: removes every container, network, rule and route that Berth made on this machine, and nothing else.
import { build } from './build.mjs';
import { installPackages } from './install.mjs';

const log = (line) => console.log(`berth: ${line}`);
await installPackages({ tests: false, log });
await build(log);
process.argv.splice(2, 0, 'down');
await import('../apps/cli/dist/berth.js');
