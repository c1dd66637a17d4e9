// Owns the paths by which a custom resource's columns and replicas are found: the part of kubectl's JSONPath that reads
// values. Source: Kubernetes' documentation, "JSONPath Support".
import { getKey, isObject } from '../json-value.ts';

export interface JsonPath {
  /** Every value that the path leads to. */
  read(value: unknown): readonly unknown[];
}

type Step = (values: readonly unknown[]) => readonly unknown[];

/** Throws an Error that says what is wrong with the text. `text` without braces: `.spec.replicas`. */
export function parseJsonPath(text: string): JsonPath {
  const steps = new Parser(text).steps();
  return { read: (value) => steps.reduce<readonly unknown[]>((values, step) => step(values), [value]) };
}

/** Paths are short; this is beyond any of them. */
const maxLength = 4096;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > maxLength) throw new Error(`the path is longer than ${maxLength} characters`);
    this.#text = text;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#text.length) {
      if (this.#take('..')) {
        // Each of them may lead to everything below everything that the one before led to.
        if (steps.includes(descendants)) throw new Error('more than one recursive descent');
        steps.push(descendants, ...this.#named());
      } else if (this.#take('.')) steps.push(...this.#named());
      else if (this.#take('[')) steps.push(this.#bracketed());
      else throw new Error(`unrecognized character at ${this.#text.slice(this.#at)}`);
    }
    return steps;
  }

  #take(sign: string): boolean {
    const found = this.#text.startsWith(sign, this.#at);
    if (found) this.#at += sign.length;
    return found;
  }

  /** A name behind a dot; nothing at the end or before a bracket. A backslash takes a dot into the name. */
  #named(): Step[] {
    const [raw = ''] = /^(\\.|[^.[\]\\\s])*/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += raw.length;
    if (raw === '') return [];
    return [raw === '*' ? all : field(raw.replace(/\\(.)/g, '$1'))];
  }

  #bracketed(): Step {
    const end = closingBracket(this.#text, this.#at);
    if (end < 0) throw new Error('unterminated array');
    const inner = this.#text.slice(this.#at, end).trim();
    this.#at = end + 1;
    if (inner === '*') return all;
    if (inner.startsWith('?(') && inner.endsWith(')')) return filter(inner.slice(2, -1));
    if (/^-?\d*(:-?\d*){0,2}$/.test(inner) && inner !== '') return slice(inner);
    const names = inner.split(',').map((part) => /^\s*(['"])(.*)\1\s*$/.exec(part)?.[2]);
    if (names.some((name) => name === undefined)) throw new Error(`invalid array index ${inner}`);
    return (values) => names.flatMap((name) => field(name!)(values));
  }
}

/** Where the bracket closes that was opened before `from`: not within a text, nor in a filter's own brackets. */
function closingBracket(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const sign = text.charAt(at);
    if (quote) quote = sign === quote ? '' : quote;
    else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === '[') depth++;
    else if (sign === ']' && depth-- === 0) return at;
  }
  return -1;
}

function field(name: string): Step {
  return (values) =>
    values.flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [getKey(value, name)] : []));
}

const all: Step = (values) => values.flatMap(childrenOf);

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

const descendants: Step = (values) => values.flatMap((value) => [value, ...descendants(childrenOf(value))]);

function slice(text: string): Step {
  const parts = text.split(':').map((part) => (part === '' ? undefined : Number(part)));
  const [first, last, step = 1] = parts;
  if (parts.length > 1 && step < 1) throw new Error('step must be > 0');
  return (values) =>
    values.flatMap((value) => {
      if (!Array.isArray(value)) return [];
      if (parts.length === 1) return value.slice(first, first === -1 ? undefined : first! + 1);
      return value.slice(first ?? 0, last).filter((_, index) => index % step === 0);
    });
}

const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => comparable(a, b) && a! < b!,
  '<=': (a, b) => comparable(a, b) && a! <= b!,
  '>': (a, b) => comparable(a, b) && a! > b!,
  '>=': (a, b) => comparable(a, b) && a! >= b!,
};

function comparable(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}

/** `@.type=="Ready"`, or `@.ready` alone for what has the field. */
function filter(text: string): Step {
  const [, left = '', operator, right = ''] = /^(.*?)(==|!=|<=|>=|<|>)(.*)$/.exec(text) ?? [undefined, text];
  const a = operand(left.trim());
  const keep = operator
    ? withOperator(a, comparisons[operator]!, operand(right.trim()))
    : (item: unknown) => a(item).length > 0;
  return (values) => values.flatMap((value) => childrenOf(value).filter(keep));
}

type Operand = (item: unknown) => readonly unknown[];

function withOperator(left: Operand, holds: (a: unknown, b: unknown) => boolean, right: Operand) {
  return (item: unknown) => {
    const [a, b] = [left(item), right(item)];
    return a.length > 0 && b.length > 0 && holds(a[0], b[0]);
  };
}

function operand(text: string): Operand {
  if (text.startsWith('@')) {
    const path = parseJsonPath(text.slice(1));
    return (item) => path.read(item);
  }
  const quoted = /^(['"])(.*)\1$/.exec(text)?.[2];
  if (quoted !== undefined) return () => [quoted];
  if (/^-?\d+(\.\d+)?$/.test(text)) return () => [Number(text)];
  if (text === 'true' || text === 'false') return () => [text === 'true'];
  throw new Error(`unrecognized filter operand ${text}`);
}
