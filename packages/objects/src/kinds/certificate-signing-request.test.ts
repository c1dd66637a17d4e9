// What may stand in a CertificateSigningRequest, what each of its subresources may change, and its row in a table.
import { describe, expect, it } from 'vitest';
import { type CertificateSigningRequest, certificateSigningRequests, draftOf, kindOf } from '../index.ts';
import { created, problemsOfCreate } from './manifest-fixture.ts';

const kind = kindOf(certificateSigningRequests);
const manifest = (spec: object = {}) => ({
  metadata: { name: 'bob' },
  spec: { request: 'LS0t', signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...spec },
});

describe('a request', () => {
  const path = 'must be a fully qualified domain and path of the form';
  it.each<[string, object, unknown[]]>([
    ['of a user', {}, []],
    ['of another signer', { signerName: 'example.com/ns.name' }, []],
    ['for no use', { usages: [] }, ['spec.usages: Required value: usages must be provided']],
    [
      'for an unknown use',
      { usages: ['client auth', 'fun'] },
      [expect.stringMatching(/^spec\.usages\[1\]: Unsupported value: "fun": supported values: "any", "cert sign"/)],
    ],
    ['for one use twice', { usages: ['any', 'any'] }, ['spec.usages[1]: Duplicate value: "any"']],
    ['of no signer', { signerName: '' }, ['spec.signerName: Required value: signerName must be provided']],
    [
      'of the legacy signer',
      { signerName: 'kubernetes.io/legacy-unknown' },
      [
        'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
      ],
    ],
    [
      'of a signer without a path',
      { signerName: 'me' },
      [`spec.signerName: Invalid value: "me": ${path} 'example.com/signer-name'`],
    ],
    [
      'of a signer without a domain',
      { signerName: 'me/x' },
      ['spec.signerName: Invalid value: "me": should be a domain with at least two segments separated by dots'],
    ],
    [
      'of a signer in upper case',
      { signerName: 'Example.com/x' },
      [expect.stringMatching(/^spec\.signerName: Invalid value: "Example\.com": validating label "Example": a lower/)],
    ],
    ['for ten minutes', { expirationSeconds: 600 }, []],
    [
      'for less',
      { expirationSeconds: 599 },
      ['spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)'],
    ],
  ])('%s', (_, spec, problems) => {
    expect(problemsOfCreate(certificateSigningRequests, manifest(spec))).toEqual(problems);
  });
});

const condition = (type: string, status = 'True') => ({ type, status });
function requestWith(status: object): CertificateSigningRequest {
  return { ...created(certificateSigningRequests, manifest()), status } as CertificateSigningRequest;
}

describe.each(['status', 'approval'])('an update of its %s', (part) => {
  const rules =
    part === 'status'
      ? { prepare: kind.prepareForStatusUpdate!, validate: kind.validateStatusUpdate! }
      : { prepare: kind.parts!.approval!.prepareForUpdate, validate: kind.parts!.approval!.validateUpdate };
  const update = (from: object, to: object) => {
    const draft = draftOf({ ...requestWith(to), spec: { ...requestWith({}).spec, username: 'eve' } });
    rules.prepare(draft, requestWith(from));
    const next = draft as CertificateSigningRequest;
    const errors = rules.validate(next, requestWith(from)).map(({ field, message }) => `${field}: ${message}`);
    return { next, errors };
  };

  const approved = { conditions: [condition('Approved')] };
  const denied = { conditions: [condition('Denied')] };
  const both = { conditions: [condition('Approved'), condition('Denied')] };
  const may = (what: string, type: string) => `status.conditions: Forbidden: updates may not ${what} "${type}"`;
  const exclusive =
    'status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive';
  it.each<{ name: string; from: object; to: object; status?: string[]; approval?: string[] }>([
    { name: 'nothing', from: {}, to: {} },
    { name: 'approves', from: {}, to: approved, status: [may('add a condition of type', 'Approved')] },
    { name: 'denies', from: {}, to: denied, status: [may('add a condition of type', 'Denied')] },
    {
      name: 'denies what is approved',
      from: approved,
      to: both,
      status: [exclusive, may('add a condition of type', 'Denied')],
      approval: [exclusive],
    },
    {
      name: 'takes an approval back',
      from: approved,
      to: {},
      status: [may('remove a condition of type', 'Approved')],
      approval: [may('remove a condition of type', 'Approved')],
    },
    { name: 'fails', from: approved, to: { conditions: [condition('Approved'), condition('Failed')] } },
    {
      name: 'approves a little',
      from: {},
      to: { conditions: [condition('Approved', 'Unknown')] },
      status: [
        'status.conditions[0].status: Unsupported value: "Unknown": supported values: "True"',
        may('add a condition of type', 'Approved'),
      ],
      approval: ['status.conditions[0].status: Unsupported value: "Unknown": supported values: "True"'],
    },
    {
      name: 'says something twice',
      from: {},
      to: { conditions: [condition('Failed'), condition('Failed')] },
      status: ['status.conditions[1].type: Duplicate value: "Failed"'],
      approval: ['status.conditions[1].type: Duplicate value: "Failed"'],
    },
    {
      name: 'signs again',
      from: { certificate: 'YQ==' },
      to: { certificate: 'Yg==' },
      status: ['status.certificate: Forbidden: updates may not modify existing certificate content'],
    },
  ])('$name', ({ from, to, ...expected }) => {
    const { next, errors } = update(from, to);
    expect(errors).toEqual(expected[part as 'status' | 'approval'] ?? []);
    expect(next.spec.username).toBeUndefined();
  });

  it('changes what it is about', () => {
    const { next } = update({ certificate: 'YQ==' }, { conditions: [condition('Odd')], certificate: 'Yg==' });
    expect(next.status.conditions).toHaveLength(1);
    expect(next.status.certificate).toBe(part === 'status' ? 'Yg==' : 'YQ==');
  });
});

it('itself changes nothing but its metadata', () => {
  const old = requestWith({ certificate: 'YQ==' });
  const draft = draftOf({ ...requestWith({}), spec: { ...old.spec, username: 'eve' } });
  kind.prepareForUpdate?.(draft, old);
  expect(draft).toEqual(old);
});

describe('a row of a table', () => {
  it.each([
    { name: 'pending', status: {}, text: 'Pending' },
    { name: 'approved', status: { conditions: [condition('Approved')] }, text: 'Approved' },
    { name: 'issued', status: { conditions: [condition('Approved')], certificate: 'YQ==' }, text: 'Approved,Issued' },
    { name: 'failed', status: { conditions: [condition('Approved'), condition('Failed')] }, text: 'Approved,Failed' },
    { name: 'denied', status: { conditions: [condition('Denied')] }, text: 'Denied' },
  ])('$name', ({ status, text }) => {
    const now = Date.parse('2026-01-01T00:10:00Z');
    const spec = { ...requestWith({}).spec, username: 'bob', expirationSeconds: 86_400 };
    const row = kind.columns.map(({ name, cell }) => [name, cell({ ...requestWith(status), spec }, now)]);
    expect(row).toEqual([
      ['Name', 'bob'],
      ['Age', '10m'],
      ['SignerName', 'kubernetes.io/kube-apiserver-client'],
      ['Requestor', 'bob'],
      ['RequestedDuration', '24h'],
      ['Condition', text],
    ]);
  });
});
