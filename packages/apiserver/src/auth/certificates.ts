// Owns the making of certificates: a certificate authority of ECDSA P-256 keys and what it signs. Knows no files.
// `reflect-metadata` comes before @peculiar/x509, whose parts find each other through it.
import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '@berth/host';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  X509Certificate as X509Document,
} from '@peculiar/x509';

/** A certificate and its private key, both PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface LeafRequest {
  readonly commonName: string;
  /** Become the user's groups. */
  readonly organizations?: readonly string[];
  readonly usages: readonly ('client' | 'server')[];
  /** DNS names and IP addresses that a server answers to. */
  readonly hosts?: readonly string[];
}

/** Of all keys that are made here, and of what they sign. */
export const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 3600 * 1000;
const caLifetime = 3650 * day;
const leafLifetime = 365 * day;
/** Clocks of machines differ: a fresh certificate is valid a little earlier. */
export const clockSkew = 5 * 60 * 1000;

export async function createAuthority(commonName: string, clock: Clock): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    ...validity(clock, caLifetime),
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  return { cert: certificate.toString('pem'), key: await privateKeyPem(keys.privateKey) };
}

export async function issueLeaf(authority: KeyPair, request: LeafRequest, clock: Clock): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const organizations = request.organizations ?? [];
  const certificate = await X509CertificateGenerator.create({
    subject: [...organizations.map((name) => ({ O: [name] })), { CN: [request.commonName] }],
    issuer: new X509Document(authority.cert).subjectName,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    ...validity(clock, leafLifetime),
    signingAlgorithm,
    extensions: leafExtensions(request),
  });
  return { cert: certificate.toString('pem'), key: await privateKeyPem(keys.privateKey) };
}

/** For a server that nobody has given a certificate: of an authority that signs it and nothing else. */
export async function issueSelfSigned(
  { commonName, hosts }: { readonly commonName: string; readonly hosts: readonly string[] },
  clock: Clock,
): Promise<KeyPair> {
  const authority = await createAuthority(`${commonName}-ca`, clock);
  const { cert, key } = await issueLeaf(authority, { commonName, usages: ['server'], hosts }, clock);
  return { cert: `${cert.trimEnd()}\n${authority.cert}`, key };
}

/** Whether a pair must be made anew: signed by another authority, near its end, or short of a host. */
export function needsRenewal(
  pair: KeyPair,
  authority: string,
  request: Pick<LeafRequest, 'hosts'>,
  clock: Clock,
): boolean {
  const certificate = new X509Certificate(pair.cert);
  if (!certificate.verify(new X509Certificate(authority).publicKey)) return true;
  if (!certificate.checkPrivateKey(createPrivateKey(pair.key))) return true;
  const lifetime = Date.parse(certificate.validTo) - Date.parse(certificate.validFrom);
  if (Date.parse(certificate.validTo) - clock.now() < lifetime / 5) return true;
  return (request.hosts ?? []).some((host) =>
    isIP(host) ? !certificate.checkIP(host) : !certificate.checkHost(host, { wildcards: false }),
  );
}

function leafExtensions(request: LeafRequest): Extension[] {
  const usages = request.usages.map((usage) =>
    usage === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth,
  );
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
    new ExtendedKeyUsageExtension(usages),
  ];
  const names = (request.hosts ?? []).map(
    (host): JsonGeneralName => ({ type: isIP(host) ? 'ip' : 'dns', value: host }),
  );
  if (names.length > 0) extensions.push(new SubjectAlternativeNameExtension(names));
  return extensions;
}

function validity(clock: Clock, lifetime: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(clock.now() - clockSkew), notAfter: new Date(clock.now() + lifetime) };
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag)}\n`;
}

export function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, signingAlgorithm, false, ['sign']);
}
