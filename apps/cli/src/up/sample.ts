// Owns what the first start applies: every manifest of one directory, whatever exists already left as it is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writer } from '@berth/client';
import { isReason, type KubeObject, type New, type Resource, replicationControllers, services } from '@berth/objects';
import { parseAllDocuments } from 'yaml';

/** The kinds that the example uses. */
const resources: readonly Resource[] = [replicationControllers, services];

export async function applySample(client: Pick<Writer, 'create'>, directory: string): Promise<void> {
  for (const file of readdirSync(directory).sort()) {
    if (!/\.ya?ml$/.test(file)) continue;
    for (const document of parseAllDocuments(readFileSync(join(directory, file), 'utf8'))) {
      await createOnce(client, document.toJS() as New<KubeObject>);
    }
  }
}

async function createOnce(client: Pick<Writer, 'create'>, object: New<KubeObject>): Promise<void> {
  const resource = resources.find(({ kind }) => kind === object.kind);
  if (!resource) throw new Error(`the sample holds a ${object.kind}, which it may not`);
  try {
    await client.create(resource, object, { namespace: object.metadata.namespace ?? 'default' });
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
  }
}
