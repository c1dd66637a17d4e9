// Owns the rules of a schema, x-kubernetes-validations, as programs: compiled once for the schema, with what is wrong with
// those that do not compile.
import type { ASTNode, Environment, ParseResult } from '@marcbachmann/cel-js';
import type { ValidationRule } from '../../api/types.ts';
import { additionalOf, itemsOf, rootOf, type Schema } from '../schema.ts';
import { type CelShape, CelShapes } from './cel-values.ts';
import { kubernetesEnvironment } from './library.ts';
import { Meter } from './metered.ts';

/** The rules of one schema, and of those below it that have any. */
export interface RuleTree {
  readonly schema: Schema;
  /** How a value of the schema stands in its rules. */
  readonly shape: CelShape | undefined;
  readonly rules: readonly Rule[];
  readonly items?: RuleTree;
  readonly additional?: RuleTree;
  readonly properties: ReadonlyMap<string, RuleTree>;
}

export interface Rule {
  readonly rule: ValidationRule;
  readonly usesOldSelf: boolean;
  readonly program: Program | { readonly error: string };
  /** Left out: there is none. */
  readonly messageProgram?: Program | { readonly error: string };
}

/** Steps that are left for all rules of an object. */
export interface Budget {
  left: number;
}

/** Runs an expression, and takes its steps from the budget. Throws CostError and EvaluationError. */
type Program = (variables: Record<string, unknown>, budget: Budget) => unknown;

/** Steps that one rule may take: about a twentieth of a second. */
const ruleLimit = 200_000;

/** Undefined: neither the schema nor any below has rules. `schema` is that of a whole object. */
export function compileRules(schema: Schema): RuleTree | undefined {
  if (!hasRules(schema)) return undefined;
  const environment = libraries().clone();
  return compileTree(rootOf(schema), { environment, shapes: new CelShapes(environment, wordsIn(schema)) });
}

let shared: Environment | undefined;

function libraries(): Environment {
  shared ??= kubernetesEnvironment();
  return shared;
}

const withRules = new WeakMap<Schema, boolean>();

/** Asked of every part of a schema, so it is found out once. */
function hasRules(schema: Schema): boolean {
  let has = withRules.get(schema);
  if (has === undefined) {
    has = (schema['x-kubernetes-validations'] ?? []).length > 0 || below(schema).some(hasRules);
    withRules.set(schema, has);
  }
  return has;
}

/** All that may be names in the expressions of a schema and those below it. */
function wordsIn(schema: Schema, words = new Set<string>()): Set<string> {
  if (!hasRules(schema)) return words;
  for (const { rule, messageExpression = '' } of schema['x-kubernetes-validations'] ?? [])
    for (const [word] of `${rule} ${messageExpression}`.matchAll(/\w+/g)) words.add(word);
  for (const part of below(schema)) wordsIn(part, words);
  return words;
}

interface Setting {
  readonly environment: Environment;
  readonly shapes: CelShapes;
}

/** Types are all registered before the first program is made, since an environment is then closed. */
function compileTree(schema: Schema, setting: Setting): RuleTree {
  registerTypes(schema, setting.shapes);
  return treeOf(schema, setting);
}

function registerTypes(schema: Schema, shapes: CelShapes): void {
  if (!hasRules(schema)) return;
  shapes.of(schema);
  for (const part of below(schema)) registerTypes(part, shapes);
}

function below(schema: Schema): Schema[] {
  return [...Object.values(schema.properties ?? {}), itemsOf(schema), additionalOf(schema)].filter(
    (part) => part !== undefined,
  );
}

function treeOf(schema: Schema, setting: Setting): RuleTree {
  const shape = setting.shapes.of(schema);
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  const properties = Object.entries(schema.properties ?? {}).filter(([, part]) => hasRules(part));
  const rules = schema['x-kubernetes-validations'] ?? [];
  return {
    schema,
    shape,
    rules: rules.map((rule) => compileRule(rule, shape, setting.environment)),
    ...(items && hasRules(items) ? { items: treeOf(items, setting) } : {}),
    ...(additional && hasRules(additional) ? { additional: treeOf(additional, setting) } : {}),
    properties: new Map(properties.map(([name, part]) => [name, treeOf(part, setting)])),
  };
}

function compileRule(rule: ValidationRule, shape: CelShape | undefined, types: Environment): Rule {
  if (!shape) {
    const error = 'rule declared on schema that does not support validation rules';
    return { rule, usesOldSelf: false, program: { error } };
  }
  const oldType = rule.optionalOldSelf ? `optional<${shape.type}>` : shape.type;
  const environment = types.clone().registerVariable('self', shape.type).registerVariable('oldSelf', oldType);
  const meter = new Meter(environment);
  const { messageExpression } = rule;
  return {
    rule,
    usesOldSelf: mentions(environment, rule.rule, 'oldSelf'),
    program: compile(rule.rule, {
      environment,
      meter,
      type: 'bool',
      problem: 'cel expression must evaluate to a bool',
    }),
    ...(messageExpression
      ? {
          messageProgram: compile(messageExpression, {
            environment,
            meter,
            type: 'string',
            problem: 'messageExpression must evaluate to a string',
          }),
        }
      : {}),
  };
}

interface Compilation {
  readonly environment: Environment;
  readonly meter: Meter;
  readonly type: string;
  readonly problem: string;
}

function compile(text: string, { environment, meter, type, problem }: Compilation): Program | { error: string } {
  let parsed: ParseResult;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    return { error: compilationError(text, error) };
  }
  const checked = parsed.check();
  if (!checked.valid) return { error: compilationError(text, checked.error) };
  if (checked.type !== type && checked.type !== 'dyn') return { error: problem };
  const unknown = unknownInHas(parsed.ast, environment);
  if (unknown) return { error: compilationError(text, unknown) };
  return (variables, budget) => {
    try {
      return meter.run<unknown>(Math.min(ruleLimit, budget.left), () => parsed(variables)).value;
    } finally {
      budget.left -= meter.spent;
    }
  };
}

/** In the layout of Kubernetes' compiler. */
function compilationError(text: string, error: unknown): string {
  const { summary: said = String(error), range } = error as { summary?: string; range?: { start: number } };
  const summary = inKubernetesWords(said);
  const start = range?.start ?? 0;
  const before = text.slice(0, start).split('\n');
  const column = before.at(-1)!.length;
  const line = text.split('\n')[before.length - 1] ?? '';
  return `compilation failed: ERROR: <input>:${before.length}:${column + 1}: ${summary}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

const wordings: readonly (readonly [RegExp, string])[] = [
  [/^No such key: (.*)$/, "undefined field '$1'"],
  [/^Unknown variable: (.*)$/, "undeclared reference to '$1' (in container '')"],
  [/^no such overload: (\S+) (\S+) (\S+)$/, "found no matching overload for '_$2_' applied to '($1, $3)'"],
];

function inKubernetesWords(problem: string): string {
  return wordings.reduce((text, [pattern, wording]) => text.replace(pattern, wording), problem);
}

/** What is asked for with `has` must be something that could be there; the type checker looks at its value alone. */
function unknownInHas(node: unknown, environment: Environment): object | undefined {
  if (Array.isArray(node)) return firstOf(node, (part) => unknownInHas(part, environment));
  if (!isNode(node)) return undefined;
  const { op, args } = node;
  const [asked] = op === 'call' && args[0] === 'has' ? args[1] : [];
  if (asked && ['self', 'oldSelf'].some((variable) => isFieldOf(asked, variable))) {
    const { error } = environment.check(asked.input.slice(asked.start, asked.end));
    if (error) return { summary: error.summary, range: { start: asked.start } };
  }
  return unknownInHas(args, environment);
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `self.a.b`, of `self`. */
function isFieldOf(node: ASTNode, variable: string): boolean {
  return node.op === '.' ? isFieldOf(node.args[0], variable) : node.op === 'id' && node.args === variable;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function mentions(environment: Environment, text: string, variable: string): boolean {
  try {
    return contains(environment.parse(text).ast, variable);
  } catch {
    return false;
  }
}

function contains(node: unknown, variable: string): boolean {
  if (Array.isArray(node)) return node.some((part) => contains(part, variable));
  if (!isNode(node)) return false;
  return node.op === 'id' ? node.args === variable : contains(node.args, variable);
}
