// Owns the headers of the fuzzer's requests.
import type { Dice } from './dice.ts';

export type Header = readonly [name: string, value: string];

const accepts = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/vnd.kubernetes.protobuf,application/json',
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  'application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
];
const oddAccepts = [
  'application/json;as=Evil;v=v9;g=x',
  'text/html',
  '*/*',
  'application/*;q=0',
  'application/json;q=NaN',
  ';;;,,,',
  '',
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  'application/json;as=Table',
  `application/json${';a=b'.repeat(3_000)}`,
];

/** What replaces the right type of a body. */
const contentTypes = [
  'text/plain',
  'application/json; charset=utf-16',
  'application/xml',
  '',
  'application/json;;;',
  'APPLICATION/JSON',
  'application/vnd.kubernetes.protobuf',
  'application/yaml',
  'application/merge-patch+json',
  'multipart/form-data; boundary=x',
  'application/apply-patch+yaml',
  'application/cbor',
];

const others: readonly (readonly Header[])[] = [
  [['Range', 'bytes=0-1']],
  [['If-None-Match', '*']],
  [['If-Match', '"x"']],
  [['Content-Encoding', 'gzip']],
  [['Accept-Encoding', 'gzip']],
  [['Accept-Encoding', 'br;q=1.0, gzip;q=0']],
  [['User-Agent', 'kubectl/v1.35.0 (linux/amd64)']],
  [['User-Agent', '\u00e4'.repeat(300)]],
  [['User-Agent', '/']],
  [['X-Forwarded-For', '127.0.0.1']],
  [['Impersonate-User', 'jane']],
  [['Impersonate-User', 'system:serviceaccount:fuzz-a:default']],
  [['Impersonate-User', 'system:serviceaccount:::']],
  [
    ['Impersonate-User', 'system:node:fuzz-0'],
    ['Impersonate-Group', 'system:nodes'],
  ],
  [
    ['Impersonate-User', 'jane'],
    ['Impersonate-Group', 'a'],
    ['Impersonate-Group', 'b,c'],
  ],
  [['Impersonate-Group', 'system:masters']],
  [
    ['Impersonate-User', 'x'],
    ['Impersonate-Extra-%zz', 'y'],
    ['Impersonate-Extra-', 'z'],
  ],
  [
    ['Impersonate-User', 'x'],
    ['Impersonate-Extra-__proto__', 'y'],
    ['Impersonate-Uid', 'u'],
  ],
  [['Impersonate-User', '']],
  [['Impersonate-User', 'x'.repeat(5_000)]],
  [['Expect', '100-continue']],
  [['Expect', 'evil']],
  [['Connection', 'close']],
  [['Cookie', 'a'.repeat(2_000)]],
  [['X-Long', 'x'.repeat(30_000)]],
  [['Origin', 'https://evil.invalid']],
  [['Host', 'evil.invalid:1']],
  [['Date', 'never']],
  Array.from({ length: 90 }, (_, index) => [`X-Many-${index}`, 'v'] as const),
  Array.from({ length: 2_500 }, (_, index) => [`X-M-${index}`, ''] as const),
];

const authorizations = [
  'Bearer ',
  'Bearer x',
  'Bearer a.b.c',
  'bearer eyJhbGciOiJub25lIn0.e30.',
  `Bearer ${'x'.repeat(9_000)}`,
  'Basic YTpi',
  'Negotiate',
  '',
  'Bearer \u00ff',
  'Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOjF9.AAAA',
  'Bearer abcdef.0123456789abcdef',
];

const upgrades: readonly (readonly Header[])[] = [
  webSocket('v5.channel.k8s.io'),
  webSocket('v4.channel.k8s.io'),
  webSocket('SPDY/3.1+portforward.k8s.io'),
  webSocket('nothing'),
  [
    ...webSocket('v5.channel.k8s.io').slice(0, 2),
    ['Sec-WebSocket-Version', '99'],
    ['Sec-WebSocket-Key', 'short'],
    ['Sec-WebSocket-Protocol', 'v5.channel.k8s.io'],
  ],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'SPDY/3.1'],
    ['X-Stream-Protocol-Version', 'v4.channel.k8s.io'],
  ],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'SPDY/3.1'],
    ['X-Stream-Protocol-Version', 'portforward.k8s.io'],
  ],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'SPDY/3.1'],
  ],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
  ],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
  ],
];

function webSocket(protocol: string): readonly Header[] {
  return [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ['Sec-WebSocket-Protocol', protocol],
  ];
}

export function upgradeHeaders(dice: Dice): readonly Header[] {
  return dice.pick(upgrades);
}

/** All but those about the body's length. `type`: of the body, if there is one. */
export function headersOf(type: string | undefined, dice: Dice): Header[] {
  const headers: Header[] = [['Host', 'localhost']];
  if (dice.chance(0.5)) headers.push(['Accept', dice.pick(dice.chance(0.85) ? accepts : oddAccepts)]);
  if (type !== undefined && dice.chance(0.98))
    headers.push(['Content-Type', dice.chance(0.96) ? type : dice.pick(contentTypes)]);
  if (dice.chance(0.12)) headers.push(...dice.pick(others));
  return headers;
}

export function authorization(dice: Dice): Header {
  return ['Authorization', dice.pick(authorizations)];
}
