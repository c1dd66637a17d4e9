// Owns the smallest image registry there is, on loopback: one image, for one user. Source: OCI distribution
// specification.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface TestRegistry {
  /** `127.0.0.1:port`, which Docker takes for one of its own without TLS. */
  readonly address: string;
  close(): void;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export async function startRegistry(login: {
  readonly username: string;
  readonly password: string;
}): Promise<TestRegistry> {
  // A tar of nothing is two empty blocks.
  const tar = Buffer.alloc(1024);
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/none'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  );
  const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digestOf(config),
      },
      layers: [
        { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: digestOf(layer) },
      ],
    }),
  );
  const found = new Map([config, layer, manifest].map((bytes) => [digestOf(bytes), bytes]));
  const authorization = `Basic ${btoa(`${login.username}:${login.password}`)}`;

  const server: Server = createServer((request, response) => {
    if (request.headers.authorization !== authorization) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"', 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
      return;
    }
    const reference = request.url?.split('/').at(-1) ?? '';
    if (request.url === '/v2/') {
      response.end('{}');
    } else if (request.url?.startsWith('/v2/tiny/manifests/')) {
      response.writeHead(200, {
        'Content-Type': manifestType,
        'Content-Length': manifest.length,
        'Docker-Content-Digest': digestOf(manifest),
      });
      response.end(request.method === 'HEAD' ? undefined : manifest);
    } else {
      const bytes = found.get(reference);
      response.writeHead(bytes ? 200 : 404, { 'Content-Length': bytes?.length ?? 0 });
      response.end(bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
