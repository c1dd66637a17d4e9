// Owns the figures about the embedded store: how large it is, and what its commits cost.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addGauge, Distributions, exponential, type Registry } from '@berth/host';

/** Told of each transaction: how many writes shared it, and how long it took until it was durable. */
export type Committed = (writes: number, seconds: number) => void;

/** What a block of `stat` is. */
const blockBytes = 512;

export function storeFigures(metrics: Registry, directory: string): Committed {
  addGauge(metrics, {
    name: 'apiserver_storage_size_bytes',
    help: 'Bytes that the database takes on the disk.',
    async read() {
      const { blocks } = await stat(join(directory, 'data.mdb'));
      return [[{ storage_cluster_id: 'embedded' }, blocks * blockBytes] as const];
    },
  });
  const seconds = new Distributions(metrics, {
    name: 'berth_store_commit_duration_seconds',
    help: 'How long a transaction took until it was on the disk.',
    bounds: exponential(0.00025, 2, 15),
  }).of({});
  const writes = new Distributions(metrics, {
    name: 'berth_store_commit_writes',
    help: 'How many writes shared a transaction.',
    bounds: exponential(1, 2, 12),
  }).of({});
  return (count, took) => {
    writes.observe(count);
    seconds.observe(took);
  };
}
