import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kubeconfigText, loadKubeconfig } from './kubeconfig.ts';

const directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(directory, { recursive: true }));

function fileWith(text: string): string {
  const file = join(directory, 'config');
  writeFileSync(file, text);
  return file;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const complete = `
current-context: here
contexts:
  - { name: here, context: { cluster: c, user: u, namespace: web } }
  - { name: there, context: { cluster: c, user: nobody } }
clusters:
  - { name: c, cluster: { server: 'https://127.0.0.1:6443/', certificate-authority-data: ${base64('CA')} } }
users:
  - { name: u, user: { client-certificate: cert.pem, client-key-data: ${base64('KEY')} } }
`;

describe('loadKubeconfig', () => {
  it('reads the current context, embedded data and files beside it', () => {
    writeFileSync(join(directory, 'cert.pem'), 'CERT');
    expect(loadKubeconfig(fileWith(complete))).toEqual({
      namespace: 'web',
      connection: {
        server: 'https://127.0.0.1:6443',
        others: [],
        ca: 'CA',
        cert: 'CERT',
        key: 'KEY',
        token: undefined,
      },
    });
  });

  it('reads what was written, the further servers of the cluster included', () => {
    const others = ['https://10.0.0.2:6443', 'https://10.0.0.3:6443'];
    const connection = {
      server: 'https://10.0.0.1:6443',
      others,
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
      token: undefined,
    };
    expect(loadKubeconfig(fileWith(kubeconfigText(connection, 'u'))).connection).toEqual(connection);
  });

  it('reads another context, whose user may be missing', () => {
    const { namespace, connection } = loadKubeconfig(fileWith(complete), { context: 'there' });
    expect(namespace).toBe('default');
    expect(connection.cert).toBeUndefined();
  });

  it.each([
    { name: 'an empty file', text: '', message: /no current-context/ },
    { name: 'a context that is not there', text: 'current-context: x', message: /no context "x"/ },
    {
      name: 'a cluster without a server',
      text: 'current-context: x\ncontexts: [{ name: x, context: { cluster: c, user: u } }]',
      message: /cluster "c" has no server/,
    },
  ])('says what $name lacks', ({ text, message }) => {
    expect(() => loadKubeconfig(fileWith(text))).toThrow(message);
  });
});
