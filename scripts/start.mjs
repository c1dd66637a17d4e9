// `npm start`: makes a fresh clone ready (packages, build), then hands over to `berth up`, which brings the cluster up.
// Needs nothing but Node.js, so that it can say what is missing.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Berth needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const { installPackages } = await import('./install.mjs');
const { build } = await import('./build.mjs');
const log = (line) => console.log(`berth: ${line}`);
try {
  await installPackages({ tests: false, log });
  await build(log);
} catch (error) {
  console.error(`berth: ${error.message}`);
  process.exit(1);
}
process.argv.splice(2, 0, 'up');
await import('../apps/cli/dist/berth.js');
