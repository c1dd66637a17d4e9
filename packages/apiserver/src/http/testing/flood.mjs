// Owns, for tests, a client in a process of its own that asks for the same path many times at once. It is forked with
// its settings as JSON; it says `ready` once its connections are open, begins at a message, and ends by telling the
// codes of all answers.
import { Agent, get } from 'node:https';

const { address, path, count, ca, cert, key } = JSON.parse(process.argv[2]);
const agent = new Agent({ ca, cert, key, keepAlive: true, maxSockets: count, maxFreeSockets: count });

/** @param {string} url */
function codeOf(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () => resolve(answer.statusCode));
    }).on('error', reject);
  });
}

/** @param {number} times @param {string} url */
function several(times, url) {
  return Promise.all(Array.from({ length: times }, () => codeOf(url)));
}

for (let open = 100; open <= count; open += 100) await several(open, `${address}/version`);
process.once('message', async () => {
  process.send(await several(count, `${address}${path}`), () => process.exit());
});
process.send('ready');
