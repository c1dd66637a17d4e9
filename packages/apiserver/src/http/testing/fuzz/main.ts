// The fuzzer as a program: `npm run fuzz -- --requests 100000 --seed 7`. The server runs in a process of its own, so
// that what keeps its event loop or fills its memory is the server's doing alone.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { runFuzzer } from './run.ts';
import { type FuzzedServer, type Health, startFuzzedServer } from './server.ts';

type Question = 'health' | 'inspect';

if (process.argv[2] === 'serve') await serve();
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      from: { type: 'string', default: '0' },
      connections: { type: 'string', default: '32' },
    },
  });
  const [seed, requests, from, connections] = [values.seed, values.requests, values.from, values.connections].map(
    Number,
  );
  console.log(`seed ${seed}: ${requests} requests from ${from} on, over ${connections} connections`);
  await using server = await startProcess();
  const report = await runFuzzer(server, {
    seed: seed!,
    requests: requests!,
    from: from!,
    connections: connections!,
    longestBlockMs: 1_000,
    heapBytes: 1_500 * 2 ** 20,
    onProgress: (done) => {
      if (done % 10_000 === 0) console.log(`${done}`);
    },
  });
  const answered = [...report.answers].sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(`${(requests! / report.seconds).toFixed()} requests/s`);
  console.log(answered.map(([kind, count]) => `${kind}: ${count}`).join(', '));
  console.log(
    `largest heap ${mebibytes(report.largestHeapBytes)}, largest process ${mebibytes(report.largestRssBytes)}, event loop kept ${report.longestBlockMs.toFixed()} ms at most`,
  );
  for (const { index, ms, what } of report.slowest) console.log(`slow: ${ms.toFixed()} ms, request ${index}: ${what}`);
  for (const problem of report.problems) console.log(`\nPROBLEM ${problem}`);
  console.log(report.problems.length === 0 ? 'nothing wrong' : `\n${report.problems.length} problems`);
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed()} MiB`;
}

async function startProcess(): Promise<FuzzedServer> {
  const child = fork(process.argv[1]!, ['serve'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  const gone = once(child, 'exit');
  const said = () =>
    Promise.race([once(child, 'message'), gone.then(() => Promise.reject(new Error('the server is gone')))]);
  const ask = async (question: Question) => {
    child.send(question);
    return (await said())[0] as unknown;
  };
  const [at] = (await said()) as [FuzzedServer['at']];
  return {
    at,
    health: () => ask('health') as Promise<Health>,
    inspect: () => ask('inspect') as Promise<readonly string[]>,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

async function serve(): Promise<void> {
  const server = await startFuzzedServer();
  process.on('message', (question: Question) => void server[question]().then((answer) => process.send!(answer)));
  process.on('disconnect', () => void server[Symbol.asyncDispose]().then(() => process.exit()));
  process.send!(server.at);
}
