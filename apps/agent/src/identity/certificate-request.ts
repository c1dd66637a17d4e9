// Owns how an agent gets a certificate: it makes a key, asks the API for a certificate of it, and waits until somebody
// has approved and signed it. The key never leaves the machine.
// `reflect-metadata` comes before @peculiar/x509, whose parts find each other through it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { Reader, Writer } from '@berth/client';
import { type Clock, sleep } from '@berth/host';
import {
  type CertificateSigningRequest,
  certificateSigningRequests,
  type KeyUsage,
  kubeletClientSigner,
  kubeletServingSigner,
  nodeUserPrefix,
} from '@berth/objects';
import {
  type Extension,
  type JsonGeneralName,
  PemConverter,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';

/** PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Wanted {
  readonly nodeName: string;
  readonly purpose: 'client' | 'server';
  /** Names and addresses that a server answers to. */
  readonly hosts: readonly string[];
}

export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const pollMs = 1_000;
/** As long as Kubernetes' kubelet waits. */
const patienceMs = 15 * 60_000;

/** Throws if the request is denied, fails or is not answered in time. */
export async function obtainCertificate(client: Reader & Writer, wanted: Wanted, waiting: Waiting): Promise<KeyPair> {
  const { request, key } = await makeRequest(wanted);
  const [signerName, purpose]: [string, KeyUsage] =
    wanted.purpose === 'client' ? [kubeletClientSigner, 'client auth'] : [kubeletServingSigner, 'server auth'];
  const spec = { request, signerName, usages: ['digital signature', purpose] as KeyUsage[] };
  const { metadata } = await client.create(certificateSigningRequests, { metadata: { generateName: 'csr-' }, spec });
  const cert = await answerTo(client, metadata.name, waiting);
  return { cert, key };
}

async function answerTo(client: Reader, name: string, { clock, signal }: Waiting): Promise<string> {
  const deadline = clock.monotonic() + patienceMs;
  while (!signal.aborted && clock.monotonic() < deadline) {
    const { status } = await client.get(certificateSigningRequests, { name });
    if (status.certificate) return Buffer.from(status.certificate, 'base64').toString();
    const refusal = refusalIn(status);
    if (refusal) throw new Error(`the certificate request ${name} was refused: ${refusal}`);
    await sleep(clock, pollMs, signal);
  }
  throw new Error(`the certificate request ${name} was not answered`);
}

function refusalIn({ conditions = [] }: CertificateSigningRequest['status']): string | undefined {
  const found = conditions.find(({ type }) => type === 'Denied' || type === 'Failed');
  return found && `${found.type} ${found.message ?? ''}`.trim();
}

async function makeRequest({ nodeName, hosts }: Wanted): Promise<{ request: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = hosts.map((value): JsonGeneralName => ({ type: isIP(value) ? 'ip' : 'dns', value }));
  const extensions: Extension[] = names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [];
  const made = await Pkcs10CertificateRequestGenerator.create({
    name: [{ O: ['system:nodes'] }, { CN: [`${nodeUserPrefix}${nodeName}`] }],
    keys,
    signingAlgorithm: algorithm,
    extensions,
  });
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    request: Buffer.from(made.toString('pem')).toString('base64'),
    key: `${PemConverter.encode(der, PemConverter.PrivateKeyTag)}\n`,
  };
}
