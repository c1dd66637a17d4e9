// Owns what a plain scalar of YAML means in a request, which is what it means to Kubernetes' reader (sigs.k8s.io/yaml,
// of YAML 1.1): `yes` is a boolean and `0644` octal, while a day, or `22:22`, is a string.
import { FAILSAFE_SCHEMA, Type } from 'js-yaml';

const nothing = /^(?:|~|null|Null|NULL)$/;
const yes = /^(?:[yY]|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const no = /^(?:[nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const octal = /^([-+]?)0o?([0-7]+)$/i;
const hexadecimalOrBinary = /^([-+]?)(0x[\da-f]+|0b[01]+)$/i;
/** What begins with zeros and has other digits than octal ones is a decimal number all the same. */
const decimal = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;
const numberlike = /^[-+.\d]/;
const infinite = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;

/** Undefined: the text is no number. Throws for what JSON cannot say. */
function numberOf(text: string): number | undefined {
  if (!numberlike.test(text)) return undefined;
  if (infinite.test(text)) throw new Error(`unsupported value: ${text}`);
  const digits = text.replaceAll('_', '');
  const [, sign, prefixed] = hexadecimalOrBinary.exec(digits) ?? [];
  if (prefixed) return (sign === '-' ? -1 : 1) * Number(prefixed);
  const [, octalSign, octalDigits] = octal.exec(digits) ?? [];
  if (octalDigits) return (octalSign === '-' ? -1 : 1) * Number.parseInt(octalDigits, 8);
  const number = decimal.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

const nullType = new Type('tag:yaml.org,2002:null', {
  kind: 'scalar',
  resolve: (text: string | null) => text === null || nothing.test(text),
  construct: () => null,
});
const booleanType = new Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (text: string | null) => text !== null && (yes.test(text) || no.test(text)),
  construct: (text: string) => yes.test(text),
});
const number = {
  kind: 'scalar',
  resolve: (text: string | null) => text !== null && numberOf(text) !== undefined,
  construct: numberOf,
} as const;
const integerType = new Type('tag:yaml.org,2002:int', number);
const floatType = new Type('tag:yaml.org,2002:float', number);
/** Of the key whose value's keys are taken over. */
export const mergeTag = 'tag:yaml.org,2002:merge';
const mergeType = new Type(mergeTag, { kind: 'scalar', resolve: (text: string | null) => text === '<<' });
const timestampType = new Type('tag:yaml.org,2002:timestamp', { kind: 'scalar' });
const binaryType = new Type('tag:yaml.org,2002:binary', {
  kind: 'scalar',
  construct: (text: string | null) => Buffer.from(text ?? '', 'base64').toString(),
});
/** What somebody else's tag says of a node counts for nothing. */
const otherTags = (['scalar', 'sequence', 'mapping'] as const).map((kind) => new Type('', { kind, multi: true }));

export const kubernetesSchema = FAILSAFE_SCHEMA.extend({
  implicit: [nullType, booleanType, integerType, mergeType],
  explicit: [floatType, timestampType, binaryType, ...otherTags],
});
