// Owns the match conditions of webhooks and policies: all must hold. Source: Kubernetes API reference,
// admissionregistration.k8s.io/v1 MatchCondition.
import { type FieldError, invalid, type MatchCondition } from '@berth/objects';
import type { Expression, ExpressionScope, Variables } from './environment.ts';

interface Condition {
  readonly text: string;
  readonly expression: Expression;
}

export class MatchConditions {
  readonly #conditions: readonly Condition[];

  /** Throws ExpressionError. */
  constructor(expressions: ExpressionScope, conditions: readonly MatchCondition[] = []) {
    this.#conditions = conditions.map(({ expression }) => ({
      text: expression,
      expression: expressions.compile(expression, 'bool'),
    }));
  }

  get isEmpty(): boolean {
    return this.#conditions.length === 0;
  }

  /** One that does not hold settles it, whatever is wrong with others; else an Error says what is. */
  hold(variables: Variables): boolean | Error {
    const problems: string[] = [];
    for (const { text, expression } of this.#conditions)
      try {
        if (expression.evaluate(variables) !== true) return false;
      } catch (error) {
        problems.push(`expression '${text}' resulted in error: ${(error as Error).message}`);
      }
    if (problems.length === 0) return true;
    return new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
  }
}

/** What is wrong with the expressions; the rest of a condition is checked with its object. */
export function conditionErrors(
  expressions: ExpressionScope,
  field: string,
  conditions: readonly MatchCondition[] = [],
): FieldError[] {
  return conditions.flatMap(({ expression }, index) => {
    try {
      expressions.compile(expression, 'bool');
      return [];
    } catch (error) {
      return [invalid(`${field}[${index}].expression`, expression, (error as Error).message)];
    }
  });
}
