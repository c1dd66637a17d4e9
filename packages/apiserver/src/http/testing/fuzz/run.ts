// Owns a run of the fuzzer: so many requests over so many connections, what was answered, and what was wrong.
import { Line, type Outcome } from './exchange.ts';
import { fault } from './judge.ts';
import { createRequests, type FuzzRequest } from './request.ts';
import type { FuzzedServer } from './server.ts';
import { survey } from './survey.ts';

export interface RunOptions {
  readonly seed: number;
  readonly requests: number;
  /** The index of the first request; 0. */
  readonly from?: number;
  readonly connections: number;
  /** How long the server's event loop may be kept at a time. */
  readonly longestBlockMs: number;
  /** What the server's heap may grow to. */
  readonly heapBytes: number;
  /** Told after each thousandth part or so. */
  readonly onProgress?: (done: number) => void;
}

export interface Report {
  readonly problems: readonly string[];
  /** By HTTP code, or by what came instead of an answer. */
  readonly answers: ReadonlyMap<string, number>;
  readonly seconds: number;
  readonly largestHeapBytes: number;
  readonly largestRssBytes: number;
  readonly longestBlockMs: number;
  readonly slowest: readonly { readonly index: number; readonly ms: number; readonly what: string }[];
}

/** How many requests are sent between two looks at the server. */
const stretch = 2_000;
const mostProblems = 50;

export async function runFuzzer(server: FuzzedServer, options: RunOptions): Promise<Report> {
  const { seed, requests: count, from = 0, connections } = options;
  const requests = createRequests(seed);
  const answers = new Map<string, number>();
  const problems: string[] = [];
  const slowest: { index: number; ms: number; what: string }[] = [];
  const peak = { heap: 0, rss: 0, block: 0 };
  const started = performance.now();
  let next = from;
  let until = from;

  async function lane(): Promise<void> {
    const lines = { admin: new Line(server.at, server.at.admin), nobody: new Line(server.at, undefined) };
    while (next < until) {
      const index = next++;
      const request = requests(index);
      const begun = performance.now();
      const outcome = await lines[request.as].ask(request);
      const ms = performance.now() - begun;
      const kind = kindOf(outcome);
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
      const what = `${request.method} ${request.path.slice(0, 200)} → ${kind}`;
      if (ms > (slowest.at(-1)?.ms ?? 0) || slowest.length < 5) {
        slowest.push({ index, ms, what });
        slowest.sort((a, b) => b.ms - a.ms);
        slowest.length = Math.min(slowest.length, 5);
      }
      const wrong = fault(request, outcome);
      if (wrong) problems.push(problem(index, request, wrong));
    }
    lines.admin.close();
    lines.nobody.close();
  }

  function problem(index: number, request: FuzzRequest, wrong: string): string {
    const text = request.bytes.subarray(0, 2_000).toString('latin1');
    return `--seed ${seed} --from ${index}: ${wrong}\n${text}`;
  }

  await server.health();
  while (next < from + count && problems.length < mostProblems) {
    const first = next;
    until = Math.min(from + count, next + stretch);
    await Promise.all(Array.from({ length: connections }, lane));
    const { heapBytes, rssBytes, longestBlockMs, errors } = await server.health();
    peak.heap = Math.max(peak.heap, heapBytes);
    peak.rss = Math.max(peak.rss, rssBytes);
    peak.block = Math.max(peak.block, longestBlockMs);
    const where = `--seed ${seed}, requests ${first} to ${until - 1}`;
    if (heapBytes > options.heapBytes) problems.push(`${where}: the heap has ${(heapBytes / 2 ** 20).toFixed()} MiB`);
    if (longestBlockMs > options.longestBlockMs)
      problems.push(`${where}: the event loop was kept for ${longestBlockMs.toFixed()} ms`);
    problems.push(...errors.map((error) => `${where}: the server logged an error: ${error}`));
    options.onProgress?.(until - from);
  }
  const seconds = (performance.now() - started) / 1000;
  problems.push(...(await server.inspect()), ...(await survey(server.at)));
  return {
    problems,
    answers,
    seconds,
    largestHeapBytes: peak.heap,
    largestRssBytes: peak.rss,
    longestBlockMs: peak.block,
    slowest,
  };
}

function kindOf(outcome: Outcome): string {
  return outcome.type === 'answered' ? String(outcome.answer.code) : outcome.type;
}
