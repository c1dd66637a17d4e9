// Owns the writing of kubeconfig files, with everything embedded, so that one file is all that a client needs.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writePrivate } from '@berth/host';
import { stringify } from 'yaml';
import type { KeyPair } from './certificates.ts';

export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  readonly ca: string;
  /** The user's name within the file. */
  readonly user: string;
  readonly credentials: KeyPair;
}

const name = 'berth';

/** Readable by the owner alone. */
export async function writeKubeconfig(file: string, options: KubeconfigOptions): Promise<void> {
  const { server, ca, user, credentials } = options;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(credentials.cert), 'client-key-data': base64(credentials.key) },
      },
    ],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  };
  await mkdir(dirname(file), { recursive: true });
  await writePrivate(file, stringify(config, { lineWidth: 0 }));
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
