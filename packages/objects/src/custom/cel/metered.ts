// Owns the bound on what an expression may take: every step of an evaluation is counted, and the evaluation ends when
// there were too many. Patterns are matched by RE2, in time proportional to the text.
import { type Environment, EvaluationError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

/** An expression took too many steps. */
export class CostError extends Error {
  override readonly name = 'CostError';
}

interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly receiverWithArgs?: readonly Node[];
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
}

interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

const errorSteps = 50;

/** Counts the steps of one environment's evaluations. */
export class Meter {
  #left = 0;
  #spent = 0;

  /** Must be the last change of the environment. */
  constructor(environment: Environment) {
    // A macro is the one part of an expression that is given the evaluator.
    environment.registerFunction('meter__(ast): bool', () => ({
      typeCheck: (checker: { getType(name: string): unknown }) => checker.getType('bool'),
      evaluate: (evaluator: Evaluator) => {
        evaluator.run = (node, context) => this.#step(evaluator, node, context);
        return true;
      },
    }));
    environment.evaluate('meter__(true)');
  }

  /** The steps of the last evaluation, also of one that failed. */
  get spent(): number {
    return this.#spent;
  }

  /** What the evaluation answers, and the steps that it took. Throws CostError, and what the evaluation throws. */
  run<T>(limit: number, evaluate: () => T): { readonly value: T; readonly steps: number } {
    this.#left = limit;
    this.#spent = 0;
    try {
      const value = evaluate();
      // Where one side of an `or` was too much, the other may have answered.
      if (this.#left < 0) throw new CostError();
      return { value, steps: this.#spent };
    } catch (error) {
      throw this.#left < 0 ? new CostError() : error;
    }
  }

  #step(evaluator: Evaluator, node: Node, context: unknown): unknown {
    this.#charge(1);
    let value: unknown;
    try {
      value = isMatch(node) ? this.#match(evaluator, node, context) : node.evaluate(evaluator, node, context);
    } catch (error) {
      // Making an error takes long, and a loop may make one for each of its items.
      this.#charge(errorSteps);
      throw error;
    }
    if (node.op !== 'id' && node.op !== 'value') this.#charge(sizeOf(value));
    return value;
  }

  #charge(steps: number): void {
    this.#left -= steps;
    this.#spent += steps;
    if (this.#left < 0) throw new CostError();
  }

  #match(evaluator: Evaluator, node: Node, context: unknown): boolean {
    const [text, pattern] = (node.receiverWithArgs ?? []).map((part) => evaluator.run(part, context));
    if (typeof text !== 'string' || typeof pattern !== 'string')
      throw new EvaluationError({ code: 'no_matching_overload', message: 'no such overload' });
    this.#charge(Math.ceil((text.length * pattern.length) / 40));
    return compiled(pattern).matcher(text).find();
  }
}

function isMatch({ op, args }: Node): boolean {
  return (
    op === 'rcall' &&
    (args as readonly unknown[])[0] === 'matches' &&
    (args as [unknown, unknown, unknown[]])[2].length === 1
  );
}

/** Copying what is long costs as well. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length >> 4;
  return Array.isArray(value) ? value.length >> 4 : 0;
}

const patterns = new Map<string, RE2JS>();
const maxPatterns = 256;

/** Throws EvaluationError for what is no pattern. */
export function compiled(pattern: string): RE2JS {
  let found = patterns.get(pattern);
  if (!found) {
    try {
      found = RE2JS.compile(pattern);
    } catch (error) {
      throw new EvaluationError({ code: 'invalid_regular_expression', message: (error as Error).message });
    }
    if (patterns.size >= maxPatterns) patterns.clear();
    patterns.set(pattern, found);
  }
  return found;
}
