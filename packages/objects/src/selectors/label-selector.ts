// Owns label selectors: the grammar `app=web,tier in (a,b),!canary` with Kubernetes' words for its errors, the
// structured form of objects, and whether labels match.
import type { LabelSelector } from '../api/types.ts';
import { invalid } from '../errors/field-error.ts';
import { badRequestError } from '../errors/status-error.ts';
import { labelValueProblems, qualifiedNameProblems } from '../validation/names.ts';

type Labels = Readonly<Record<string, string>>;
type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: Operator;
  /** Sorted, each once. */
  readonly values: readonly string[];
}

/** All requirements must hold; without any, everything matches. */
export class Selector {
  readonly requirements: readonly LabelRequirement[];

  constructor(requirements: readonly LabelRequirement[]) {
    this.requirements = requirements;
  }

  get matchesAll(): boolean {
    return this.requirements.length === 0;
  }

  matches(labels: Labels | undefined): boolean {
    return this.requirements.every((requirement) => meets(requirement, labels));
  }

  /** In the grammar, as Kubernetes writes it. */
  toString(): string {
    return this.requirements.map(format).join(',');
  }
}

function meets({ key, operator, values }: LabelRequirement, labels: Labels | undefined): boolean {
  const has = labels !== undefined && Object.hasOwn(labels, key);
  const value = has ? (labels[key] as string) : '';
  switch (operator) {
    case 'In':
      return has && values.includes(value);
    case 'NotIn':
      return !has || !values.includes(value);
    case 'Exists':
      return has;
    case 'DoesNotExist':
      return !has;
    case 'Gt':
      return has && integer.test(value) && Number(value) > Number(values[0]);
    case 'Lt':
      return has && integer.test(value) && Number(value) < Number(values[0]);
  }
}

function format({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${values[0]}`;
    case 'Lt':
      return `${key}<${values[0]}`;
  }
}

/** Every label of the map must be there with its value: the selectors of services and replication controllers. */
export function selectorFromMap(labels: Labels | undefined): Selector {
  const entries = Object.entries(labels ?? {});
  return new Selector(entries.map(([key, value]) => ({ key, operator: 'In', values: [value] })));
}

/** The structured form, by key. Empty matches everything; a missing one matches nothing and gives undefined. */
export function selectorFrom(selector: LabelSelector | undefined): Selector | undefined {
  if (!selector) return undefined;
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => ({
    key,
    operator,
    values: values ?? [],
  }));
  const requirements = [...selectorFromMap(selector.matchLabels).requirements, ...expressions];
  return new Selector(requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)));
}

const integer = /^[+-]?\d+$/;

class SelectorProblem extends Error {}

/** Parses the grammar. Throws BadRequest. */
export function parseLabelSelector(text: string): Selector {
  try {
    return new Selector(new Parser(text).selector());
  } catch (error) {
    if (error instanceof SelectorProblem) throw badRequestError(error.message);
    throw error;
  }
}

interface Token {
  readonly type: 'end' | 'word' | 'symbol';
  readonly text: string;
}

const END: Token = { type: 'end', text: '' };
const tokenForm = /\s*(?:(!=|==|[=!<>(),])|([^\s=!<>(),]+))/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenForm.lastIndex = 0;
  for (let match = tokenForm.exec(text); match; match = tokenForm.exec(text))
    tokens.push(match[1] ? { type: 'symbol', text: match[1] } : { type: 'word', text: match[2] as string });
  return tokens;
}

class Parser {
  readonly #tokens: Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? END;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #fail(token: Token, expected: string): never {
    throw new SelectorProblem(`found '${token.text}', expected: ${expected}`);
  }

  selector(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    if (this.#peek().type === 'end') return requirements;
    for (;;) {
      const first = this.#peek();
      if (first.type !== 'word' && first.text !== '!') this.#fail(first, "!, identifier, or 'end of string'");
      requirements.push(this.#requirement());
      const separator = this.#take();
      if (separator.type === 'end') return requirements;
      if (separator.text !== ',') this.#fail(separator, "',' or 'end of string'");
      const following = this.#peek();
      if (following.type !== 'word' && following.text !== '!') this.#fail(following, "identifier after ','");
    }
  }

  #requirement(): LabelRequirement {
    try {
      return this.#checked();
    } catch (error) {
      if (error instanceof SelectorProblem) throw new SelectorProblem(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  #checked(): LabelRequirement {
    const negated = this.#peek().text === '!';
    if (negated) this.#take();
    const key = this.#take();
    if (key.type !== 'word') this.#fail(key, 'identifier');
    const problems = qualifiedNameProblems(key.text);
    if (problems.length > 0) throw fieldProblem('<nil>', key.text, problems.join('; '));
    // What follows a key that must not be there is no operator, but out of place.
    if (negated) return { key: key.text, operator: 'DoesNotExist', values: [] };
    const following = this.#peek();
    if (following.type === 'end' || following.text === ',') return { key: key.text, operator: 'Exists', values: [] };
    const operator = this.#operator();
    const isSet = operator.text === 'in' || operator.text === 'notin';
    const values = isSet ? this.#values() : [this.#exactValue()];
    checkValues(key.text, operator, values);
    return { key: key.text, operator: operator.operator, values: [...new Set(values)].sort() };
  }

  #operator(): { text: string; operator: Operator } {
    const token = this.#take();
    const operator = operators.get(token.text);
    if (!operator) this.#fail(token, 'in, notin, =, ==, !=, gt, lt');
    return { text: token.text, operator };
  }

  #values(): string[] {
    const open = this.#take();
    if (open.text !== '(') throw new SelectorProblem(`found '${open.text}' expected: '('`);
    const values: string[] = [];
    if (this.#peek().text === ')') {
      this.#take();
      return [''];
    }
    for (;;) {
      const token = this.#peek();
      // Between commas stands the empty value.
      if (token.text === ',' || token.text === ')') values.push('');
      else if (token.type === 'word') values.push(this.#take().text);
      else this.#fail(token, "',', ')' or identifier");
      const separator = this.#take();
      if (separator.text === ')') return values;
      if (separator.text !== ',') this.#fail(separator, "',' or ')'");
    }
  }

  #exactValue(): string {
    const token = this.#peek();
    if (token.type === 'end' || token.text === ',') return '';
    this.#take();
    if (token.type !== 'word') this.#fail(token, 'identifier');
    return token.text;
  }
}

const operators = new Map<string, Operator>([
  ['in', 'In'],
  ['notin', 'NotIn'],
  ['=', 'In'],
  ['==', 'In'],
  ['!=', 'NotIn'],
  ['>', 'Gt'],
  ['<', 'Lt'],
]);

function fieldProblem(field: string, value: unknown, detail: string): SelectorProblem {
  return new SelectorProblem(`${field}: ${invalid(field, value, detail).message}`);
}

function isInt64(text: string): boolean {
  // No longer one can be the value of a label.
  if (!integer.test(text) || text.length > 63) return false;
  return BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function checkValues(key: string, { operator }: { operator: Operator }, values: readonly string[]): void {
  if ((operator === 'Gt' || operator === 'Lt') && !isInt64(values[0] as string))
    throw fieldProblem('values[0]', values[0], "for 'Gt', 'Lt' operators, the value must be an integer");
  values.forEach((value, index) => {
    const problems = labelValueProblems(value);
    if (problems.length > 0) throw fieldProblem(`values[${index}][${key}]`, value, problems.join('; '));
  });
}
