// What is read out of a certificate request, and what the authority makes of it.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { FakeClock } from '@berth/host/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeCertificateRequest, type RequestFacts } from '../testing/certificate-requests.ts';
import {
  type CertificateAuthority,
  certificateProblem,
  createCertificateAuthority,
  readCertificateRequest,
} from './certificate-authority.ts';
import { createAuthority, type KeyPair } from './certificates.ts';

const clock = new FakeClock();
const hour = 3600 * 1000;
let pair: KeyPair;
let authority: CertificateAuthority;
beforeAll(async () => {
  pair = await createAuthority('test', clock);
  authority = createCertificateAuthority(pair, clock);
});

const bytesOf = async (facts: RequestFacts) => Buffer.from((await makeCertificateRequest(facts)).request, 'base64');
const bob: RequestFacts = {
  subject: [{ O: ['staff'] }, { O: ['admins'] }, { CN: ['bob'] }],
  names: [
    { type: 'dns', value: 'bob.example' },
    { type: 'ip', value: '10.0.0.7' },
    { type: 'email', value: 'bob@example.com' },
    { type: 'url', value: 'spiffe://example/bob' },
  ],
};

describe('a request', () => {
  test('says who it is for', async () => {
    expect(await readCertificateRequest(await bytesOf(bob))).toEqual({
      commonName: 'bob',
      organizations: ['staff', 'admins'],
      dnsNames: ['bob.example'],
      ipAddresses: ['10.0.0.7'],
      emailAddresses: ['bob@example.com'],
      uris: ['spiffe://example/bob'],
    });
  });

  test('with two names is for the last one', async () => {
    const { commonName } = await readCertificateRequest(await bytesOf({ subject: [{ CN: ['a'] }, { CN: ['b'] }] }));
    expect(commonName).toBe('b');
  });

  const pem = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
  test.each([
    { name: 'nothing', text: '', problem: 'PEM block type must be CERTIFICATE REQUEST' },
    { name: 'no PEM', text: 'abc', problem: 'PEM block type must be CERTIFICATE REQUEST' },
    { name: 'a key', text: pem('PRIVATE KEY', 'MA=='), problem: 'PEM block type must be CERTIFICATE REQUEST' },
    { name: 'other bytes', text: pem('CERTIFICATE REQUEST', 'AAECAw=='), problem: 'malformed certificate request' },
    { name: 'an empty sequence', text: pem('CERTIFICATE REQUEST', 'MAA='), problem: 'malformed certificate request' },
  ])('that is $name is refused', async ({ text, problem }) => {
    await expect(readCertificateRequest(Buffer.from(text))).rejects.toThrow(problem);
  });

  test('that another key signed is refused', async () => {
    const text = (await bytesOf({ subject: 'CN=bob' })).toString();
    const der = Buffer.from(text.replace(/-----.*-----/g, ''), 'base64');
    der.writeUInt8(der.readUInt8(der.length - 3) ^ 1, der.length - 3);
    const forged = pem('CERTIFICATE REQUEST', der.toString('base64'));
    await expect(readCertificateRequest(Buffer.from(forged))).rejects.toThrow('signature does not fit');
  });
});

describe('a certificate', () => {
  const sign = async (facts: RequestFacts, lifetimeMs = hour) =>
    new X509Certificate(
      await authority.sign(await bytesOf(facts), {
        usages: ['client auth', 'digital signature', 'key encipherment'],
        lifetimeMs,
      }),
    );

  test('is for whom and for what was asked, from the authority', async () => {
    const { request, key } = await makeCertificateRequest(bob);
    const terms = { usages: ['client auth', 'digital signature'] as const, lifetimeMs: 2 * hour };
    const certificate = new X509Certificate(await authority.sign(Buffer.from(request, 'base64'), terms));
    const issuer = new X509Certificate(pair.cert);
    expect(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.subject.split('\n')).toEqual(['O=staff', 'O=admins', 'CN=bob']);
    expect(certificate.subjectAltName).toBe(
      'DNS:bob.example, IP Address:10.0.0.7, email:bob@example.com, URI:spiffe://example/bob',
    );
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(Date.parse(certificate.validTo)).toBe(clock.now() + 2 * hour);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(clock.now());
  });

  test('ends with its authority', async () => {
    const certificate = await sign({ subject: 'CN=bob' }, 100 * 365 * 24 * hour);
    expect(certificate.validTo).toBe(new X509Certificate(pair.cert).validTo);
  });

  test('is for nobody else than the request says, however its text is read', async () => {
    // `#0c…` is how the text form of a name writes encoded bytes: here the UTF8String "system:masters".
    const written = `#0c0e${Buffer.from('system:masters').toString('hex')}`;
    const certificate = await sign({ subject: [{ CN: ['bob'] }, { O: [{ utf8String: written }] }] });
    expect(certificate.subject).not.toContain('O=system:masters');
  });
});

test('what is said to be a certificate is looked at', () => {
  expect(certificateProblem(Buffer.from(''))).toBeUndefined();
  expect(certificateProblem(Buffer.from(`${pair.cert}\n${pair.cert}`))).toBeUndefined();
  expect(certificateProblem(Buffer.from('abc'))).toBe('must contain at least one CERTIFICATE PEM block');
  expect(certificateProblem(Buffer.from(pair.key))).toBe(
    'only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"',
  );
  expect(certificateProblem(Buffer.from(pair.cert.replace(/\n.{20}/, '\nAAAA')))).toBe('malformed certificate');
});
