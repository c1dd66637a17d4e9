// Owns what a person is told while the nodes are not ready yet.
import type { Reader } from '@berth/client';
import { sleep, systemClock } from '@berth/host';
import { type Node, nodes } from '@berth/objects';

/** Silent for as long as a start usually takes. */
const patienceMs = 6_000;

/** Waits for `ready`; says meanwhile, once each, why nodes are not Ready. */
export async function sayingWhatIsMissing(
  client: Reader,
  say: (line: string) => void,
  ready: Promise<unknown>,
): Promise<void> {
  const over = new AbortController();
  const settled = ready.finally(() => over.abort());
  const said = new Set<string>();
  const tell = async () => {
    while (!over.signal.aborted) {
      await sleep(systemClock, patienceMs, over.signal);
      if (over.signal.aborted) return;
      const { items } = await client.list(nodes);
      for (const reason of items.flatMap(reasonNotReady)) {
        if (!said.has(reason)) say(reason);
        said.add(reason);
      }
    }
  };
  // What is said is a courtesy: that it fails stops nothing.
  tell().catch(() => {});
  await settled;
}

function reasonNotReady({ metadata, status }: Node): string[] {
  const condition = status.conditions?.find(({ type }) => type === 'Ready');
  if (condition?.status === 'True') return [];
  return [`waiting for ${metadata.name}: ${condition?.message ?? 'it has not said anything yet'}`];
}
