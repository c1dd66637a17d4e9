// Owns the match conditions of webhooks and policies: all must hold. Source: Kubernetes API reference,
// admissionregistration.k8s.io/v1 MatchCondition.
import { type FieldError, invalid, type MatchCondition } from '@berth/objects';
import type { Expression, ExpressionScope, Variables } from './environment.ts';

interface Condition {
  readonly text: string;
  /** An Error: it cannot be evaluated, such as one that another server has taken. */
  readonly expression: Expression | Error;
}

export class MatchConditions {
  readonly #conditions: readonly Condition[];

  constructor(expressions: ExpressionScope, conditions: readonly MatchCondition[] = []) {
    this.#conditions = conditions.map(({ expression }) => ({
      text: expression,
      expression: compiled(expressions, expression),
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
        if (expression instanceof Error) throw expression;
        if (expression.evaluate(variables) !== true) return false;
      } catch (error) {
        problems.push(`expression '${text}' resulted in error: ${(error as Error).message}`);
      }
    if (problems.length === 0) return true;
    return new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
  }
}

function compiled(expressions: ExpressionScope, text: string): Expression | Error {
  try {
    return expressions.compile(text, 'bool');
  } catch (error) {
    return error as Error;
  }
}

/** What is wrong with the expressions; the rest of a condition is checked with its object. */
export function conditionErrors(
  expressions: ExpressionScope,
  field: string,
  conditions: readonly MatchCondition[] = [],
): FieldError[] {
  return conditions.flatMap(({ expression }, index) => {
    const problem = compiled(expressions, expression);
    return problem instanceof Error ? [invalid(`${field}[${index}].expression`, expression, problem.message)] : [];
  });
}
