// Owns, for tests, the making of certificate requests as a client makes them.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  type JsonGeneralName,
  type JsonNameParams,
  Name,
  PemConverter,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';

export interface RequestFacts {
  readonly subject: JsonNameParams | string;
  readonly names?: readonly JsonGeneralName[];
}

export interface MadeRequest {
  /** PEM in base64, as it stands in `spec.request`. */
  readonly request: string;
  /** PEM of the private key. */
  readonly key: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export async function makeCertificateRequest({ subject, names = [] }: RequestFacts): Promise<MadeRequest> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await Pkcs10CertificateRequestGenerator.create({
    name: new Name(subject),
    keys,
    signingAlgorithm: algorithm,
    extensions: names.length > 0 ? [new SubjectAlternativeNameExtension([...names])] : [],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { request: Buffer.from(made.toString('pem')).toString('base64'), key };
}
