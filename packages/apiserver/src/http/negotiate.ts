// Owns content negotiation: what a client accepts, against the forms in which Berth answers.
import { StatusError } from '@berth/objects';

export interface AnswerForm {
  readonly encoding: 'json' | 'yaml' | 'protobuf';
  /** The object itself if left out. */
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** Version of `meta.k8s.io` in which a Table or a PartialObjectMetadata is written. */
  readonly version: 'v1' | 'v1beta1';
}

export interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const plain: AnswerForm = { encoding: 'json', version: 'v1' };
const encodings: Readonly<Record<string, AnswerForm['encoding']>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  '*/*': 'json',
  'application/*': 'json',
};
const forms: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/** Clients send few different headers, and each of them often. */
const remembered = new Map<string, AnswerForm>();

/** What not everything can be offered as. */
export interface Offer {
  readonly protobuf: boolean;
  readonly table: boolean;
}

/** Throws `NotAcceptable` if the client takes nothing of what is offered. */
export function negotiate(accept: string | undefined, offer: Offer): AnswerForm {
  if (accept === undefined || accept === '' || accept === 'application/json') return plain;
  const key = `${offer.protobuf} ${offer.table} ${accept}`;
  let form = remembered.get(key);
  if (!form) {
    form = chooseForm(mediaRanges(accept), offer);
    if (remembered.size >= 256) remembered.clear();
    remembered.set(key, form);
  }
  return form;
}

function chooseForm(ranges: readonly MediaRange[], { protobuf, table }: Offer): AnswerForm {
  for (const { type, parameters } of ranges) {
    const encoding = encodings[type];
    if (!encoding || (encoding === 'protobuf' && !protobuf)) continue;
    const as = parameters.get('as');
    if (as === undefined) return { encoding, version: 'v1' };
    // The cells of a Table are of any type, for which protobuf has no form.
    if (as === 'Table' && (encoding === 'protobuf' || !table)) continue;
    const version = parameters.get('v');
    const known = forms.has(as) && parameters.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1');
    if (known) return { encoding, as: as as AnswerForm['as'], version };
  }
  const offered = Object.keys(encodings).filter(
    (type) => !type.endsWith('*') && (protobuf || encodings[type] !== 'protobuf'),
  );
  throw new StatusError('NotAcceptable', `only the following media types are accepted: ${offered.join(', ')}`);
}

/** The ranges of an Accept header, best first. Source: RFC 9110, section 12.5.1. */
export function mediaRanges(accept: string): MediaRange[] {
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...pairs] = range.split(';');
    const parameters = new Map(
      pairs.map((pair) => {
        const [name = '', value = ''] = pair.split('=', 2);
        return [name.trim(), value.trim()] as const;
      }),
    );
    return { type: type.trim().toLowerCase(), parameters };
  });
  const quality = ({ parameters }: MediaRange) => Number(parameters.get('q') ?? 1);
  return ranges.filter((range) => quality(range) > 0).sort((a, b) => quality(b) - quality(a));
}
