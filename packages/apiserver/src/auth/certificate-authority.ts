// Owns what the cluster's authority does with requests of others (PKCS #10): read them, and sign them. Whether it should
// is not decided here.
// `reflect-metadata` comes before @peculiar/x509, whose parts find each other through it.
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import type { Clock } from '@berth/host';
import type { CertificateRequest, KeyUsage } from '@berth/objects';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  type SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  X509Certificate as X509Document,
} from '@peculiar/x509';
import { clockSkew, type KeyPair, signingAlgorithm, signingKey } from './certificates.ts';
import { pemBlocks } from './pem.ts';

export interface CertificateAuthority {
  /** What the request says. Rejects with what is wrong with it. */
  read(request: Uint8Array): Promise<CertificateRequest>;
  /** The certificate as PEM. It ends with the authority at the latest. */
  sign(request: Uint8Array, terms: SigningTerms): Promise<string>;
}

interface SigningTerms {
  readonly usages: readonly KeyUsage[];
  readonly lifetimeMs: number;
}

const keyUsages: Readonly<Partial<Record<KeyUsage, KeyUsageFlags>>> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'data encipherment': KeyUsageFlags.dataEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
};
const extendedKeyUsages: Readonly<Partial<Record<KeyUsage, string>>> = {
  'client auth': '1.3.6.1.5.5.7.3.2',
  'server auth': '1.3.6.1.5.5.7.3.1',
};
const subjectAlternativeName = '2.5.29.17';

export function createCertificateAuthority(authority: KeyPair, clock: Clock): CertificateAuthority {
  return {
    read: async (request) => contentsOf(parsed(request)),
    async sign(request, { usages, lifetimeMs }) {
      const asked = parsed(request);
      const issuer = new X509Document(authority.cert);
      const end = Math.min(clock.now() + lifetimeMs, issuer.notAfter.getTime());
      const certificate = await X509CertificateGenerator.create({
        // As it is encoded: a text that is read and written again could come to mean somebody else.
        subject: asked.subjectName,
        issuer: issuer.subjectName,
        publicKey: asked.publicKey,
        signingKey: await signingKey(authority.key),
        // What lives for minutes began no long time ago: its holder counts from there when to renew it.
        notBefore: new Date(clock.now() - Math.min(clockSkew, lifetimeMs / 10)),
        notAfter: new Date(end),
        signingAlgorithm,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          ...usageExtensions(usages),
          await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false),
          ...nameExtensions(asked),
        ],
      });
      return `${certificate.toString('pem')}\n`;
    },
  };
}

/** What the request says; it is its own proof that whoever made it has the key. Rejects with what is wrong with it. */
export async function readCertificateRequest(request: Uint8Array): Promise<CertificateRequest> {
  const document = parsed(request);
  const contents = contentsOf(document);
  if (!(await document.verify().catch(() => false))) throw new Error('the signature does not fit the public key');
  return contents;
}

/** Why the text holds no certificates; undefined: it does. Nothing at all is no problem either. */
export function certificateProblem(text: Uint8Array): string | undefined {
  if (text.length === 0) return undefined;
  const blocks = pemBlocks(text);
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const { label, der } of blocks) {
    if (label !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(label)}`;
    try {
      new X509Certificate(der);
    } catch {
      return 'malformed certificate';
    }
  }
  return undefined;
}

function parsed(request: Uint8Array): Pkcs10CertificateRequest {
  const [first] = pemBlocks(request);
  if (first?.label !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST');
  try {
    return new Pkcs10CertificateRequest(first.der);
  } catch {
    // The parser's own words are about its insides.
    throw new Error('malformed certificate request');
  }
}

function contentsOf(document: Pkcs10CertificateRequest): CertificateRequest {
  try {
    const { subjectName } = document;
    const names = namesOf(document)?.names.toJSON() ?? [];
    const ofType = (type: string) => names.flatMap((name) => (name.type === type ? [String(name.value)] : []));
    return {
      // Of several, the last one counts, here as where the certificate's holder is authenticated.
      commonName: subjectName.getField('CN').at(-1) ?? '',
      organizations: subjectName.getField('O'),
      dnsNames: ofType('dns'),
      ipAddresses: ofType('ip'),
      emailAddresses: ofType('email'),
      uris: ofType('url'),
    };
  } catch {
    throw new Error('malformed certificate request');
  }
}

function namesOf(document: Pkcs10CertificateRequest): SubjectAlternativeNameExtension | null {
  return document.getExtension(subjectAlternativeName) as SubjectAlternativeNameExtension | null;
}

function nameExtensions(document: Pkcs10CertificateRequest): Extension[] {
  const names = namesOf(document);
  return names ? [names] : [];
}

function usageExtensions(usages: readonly KeyUsage[]): Extension[] {
  const flags = usages.reduce((sum, usage) => sum | (keyUsages[usage] ?? 0), 0);
  const extended = usages.flatMap((usage) => extendedKeyUsages[usage] ?? []);
  return [
    ...(flags ? [new KeyUsagesExtension(flags, true)] : []),
    ...(extended.length > 0 ? [new ExtendedKeyUsageExtension(extended)] : []),
  ];
}
