// Owns field selectors: `spec.nodeName=a,status.phase!=Running`, matched against the fields that a kind offers.
import { badRequestError } from '../errors/status-error.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KubeObject } from '../object.ts';

interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** All requirements must hold; without any, everything matches. */
export class FieldSelector {
  readonly requirements: readonly FieldRequirement[];
  readonly #read: readonly ((object: KubeObject) => string)[];

  constructor(requirements: readonly FieldRequirement[], kind: Kind) {
    this.requirements = requirements;
    this.#read = requirements.map(({ field }) => fieldReader(kind, field));
  }

  get matchesAll(): boolean {
    return this.requirements.length === 0;
  }

  matches(object: KubeObject): boolean {
    return this.requirements.every(({ equal, value }, index) => (this.#read[index]?.(object) === value) === equal);
  }

  /** The value that the field must have, when the selector demands one: an index may then be asked. */
  required(field: string): string | undefined {
    return this.requirements.find((requirement) => requirement.equal && requirement.field === field)?.value;
  }
}

function fieldReader(kind: Kind, field: string): (object: KubeObject) => string {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  const offered = kind.fieldSelectors;
  // Kinds of the cluster that offer fields of their own name all that they offer, and have no namespace.
  if (field === 'metadata.namespace' && (kind.resource.namespaced || Object.keys(offered).length === 0))
    return (object) => object.metadata.namespace ?? '';
  if (Object.hasOwn(offered, field)) return offered[field] as (object: KubeObject) => string;
  if (Object.keys(offered).length > 0) throw badRequestError(`field label not supported: ${field}`);
  throw badRequestError(
    `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

/** Parses a selector over the fields of the kind. Throws BadRequest. */
export function parseFieldSelector(text: string, kind: Kind): FieldSelector {
  const terms = splitTerms(text).map((term) => parseTerm(text, term));
  // No field with no value demands nothing.
  return new FieldSelector(
    terms.filter(({ field, value }) => field !== '' || value !== ''),
    kind,
  );
}

/** The value that a field must have by a selector; undefined if it demands none, or cannot be read. */
export function requiredField(text: string, field: string): string | undefined {
  if (!text.includes(field)) return undefined;
  try {
    const terms = splitTerms(text).map((term) => parseTerm(text, term));
    return terms.find((term) => term.equal && term.field === field)?.value;
  } catch {
    return undefined;
  }
}

/** At commas that no backslash precedes. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
}

function parseTerm(selector: string, term: string): FieldRequirement {
  const match = /^((?:\\.|[^=!\\])*?)(!=|==|=)(.*)$/s.exec(term);
  if (!match) throw badRequestError(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, field, operator, value] = match as unknown as [string, string, string, string];
  return { field, equal: operator !== '!=', value: unescapeValue(value) };
}

/** `\\`, `\,` and `\=` stand for themselves; nothing else may be escaped, and `=` must be. */
function unescapeValue(value: string): string {
  const bad = /^(?:\\[\\,=]|[^\\,=])*/.exec(value)?.[0] ?? '';
  if (bad.length !== value.length) {
    const rest = value.slice(bad.length);
    throw badRequestError(
      rest.startsWith('\\')
        ? `invalid field selector: invalid escape sequence: ${rest.slice(0, 2)}`
        : `invalid field selector: unescaped character in value: ${rest.codePointAt(0)}`,
    );
  }
  return value.replace(/\\([\\,=])/g, '$1');
}
