// Owns how an agent that knows nothing but a hash finds out whom to trust: the server shows its authority, and the hash
// of the authority's public key says whether it is the right one. Source: kubeadm, `--discovery-token-ca-cert-hash`.
import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate } from 'node:tls';

const timeoutMs = 10_000;

/** `sha256:` and the hash of the authority's public key in hexadecimal. */
function publicKeyHash(authority: X509Certificate): string {
  const key = authority.publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

/** PEM of the authority with this hash, which has signed what the server shows. Throws if there is none. */
export async function discoverAuthority(server: string, hash: string): Promise<string> {
  const chain = await shownBy(server);
  const [leaf] = chain;
  const authority = chain.find((certificate) => certificate.ca && sameText(publicKeyHash(certificate), hash));
  if (!leaf || !authority) throw new Error(`${server} shows no authority with the hash ${hash}`);
  if (!leaf.checkIssued(authority) || !leaf.verify(authority.publicKey))
    throw new Error(`${server} is not of the authority that it shows`);
  return authority.toString();
}

/** The chain as the server sends it, its own certificate first. Nothing is checked yet, and nothing is sent. */
function shownBy(server: string): Promise<X509Certificate[]> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false, timeout: timeoutMs });
    socket.once('secureConnect', () => {
      const chain = chainOf(socket.getPeerCertificate(true));
      socket.destroy();
      resolve(chain);
    });
    socket.once('timeout', () => socket.destroy(new Error('it does not answer')));
    socket.once('error', (error) => reject(new Error(`${server} cannot be reached: ${error.message}`)));
  });
}

function chainOf(certificate: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = certificate;
  for (const seen = new Set<string>(); next?.raw && !seen.has(next.fingerprint256); next = next.issuerCertificate) {
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
  }
  return chain;
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b.toLowerCase()));
}
