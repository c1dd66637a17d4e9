// Owns the reading of PEM texts: labelled blocks of bytes in base64. Source: RFC 7468.

interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const block = /-----BEGIN ([A-Z0-9 ]{1,64})-----\s+([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** In their order; what stands between blocks does not matter. */
export function pemBlocks(text: Uint8Array): PemBlock[] {
  const found = Buffer.from(text).toString('latin1').matchAll(block);
  return Array.from(found, ([, label = '', body = '']) => ({ label, der: Buffer.from(body, 'base64') }));
}
