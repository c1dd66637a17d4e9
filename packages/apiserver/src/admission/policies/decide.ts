// Owns what one policy says about one request with one object of parameters, once its expressions are compiled. Pure.

import type { Variables } from '../expressions/environment.ts';
import type { CompiledPolicy, CompiledValidation } from './compile-policy.ts';

export interface Verdict {
  /** What does not hold. */
  readonly failures: readonly Failure[];
  /** By key; undefined values are left out. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Failure {
  readonly message: string;
  /** Of a Status. */
  readonly reason: string;
  /** Which validation it was; undefined: something else about the policy went wrong. */
  readonly index?: number;
}

/** Longer texts are cut. Source: Kubernetes 1.32. */
const longestMessage = 5 * 1024;
const longestAnnotation = 10 * 1024;

/** `failOpen`: what cannot be evaluated is passed by. */
export function decidePolicy(policy: CompiledPolicy, given: Variables, failOpen: boolean): Verdict {
  const variables = policy.variables(given);
  const hold = policy.conditions.hold(variables);
  if (hold === false || (hold instanceof Error && failOpen)) return { failures: [], annotations: {} };
  if (hold instanceof Error) return { failures: [{ message: hold.message, reason: 'Invalid' }], annotations: {} };
  const failures = policy.validations.flatMap((validation, index): Failure[] => {
    const failure = failureOf(validation, variables, failOpen);
    return failure ? [{ ...failure, index }] : [];
  });
  const annotations: Record<string, string> = {};
  for (const { key, text, value } of policy.annotations)
    try {
      const said = value.evaluate(variables);
      if (typeof said === 'string' && said.trim()) annotations[key] = said.trim().slice(0, longestAnnotation);
    } catch (error) {
      if (!failOpen) failures.push({ message: resulted(text, error), reason: 'Invalid' });
    }
  return { failures, annotations };
}

function failureOf(
  { validation, expression, message }: CompiledValidation,
  variables: Variables,
  failOpen: boolean,
): Failure | undefined {
  const reason = validation.reason ?? 'Invalid';
  try {
    if (expression.evaluate(variables) === true) return undefined;
  } catch (error) {
    return failOpen ? undefined : { message: resulted(validation.expression, error), reason: 'Invalid' };
  }
  const text = validation.expression.trim();
  return {
    message: (message && told(message, variables)) || validation.message?.trim() || `failed expression: ${text}`,
    reason,
  };
}

/** Undefined if it cannot be used: then there is the plain message. */
function told(message: { evaluate(variables: Variables): unknown }, variables: Variables): string | undefined {
  try {
    const said = message.evaluate(variables);
    if (typeof said !== 'string') return undefined;
    const text = said.trim();
    return text.includes('\n') || text.length > longestMessage ? undefined : text;
  } catch {
    return undefined;
  }
}

function resulted(text: string, error: unknown): string {
  return `expression '${text.trim()}' resulted in error: ${(error as Error).message}`;
}
