// Owns what expressions of admission see: the object and the one that it replaces, the request, and who may what. They are
// read and checked once, and evaluated within bounds. Source: Kubernetes API reference, admissionregistration.k8s.io/v1
// MatchCondition.
import { kubernetesEnvironment, Meter } from '@berth/objects';
import type { Environment } from '@marcbachmann/cel-js';
import type { Authorizer } from '../../registry/authorization.ts';
import type { AdmissionRequest } from '../plugin.ts';
import { reviewedRequest, wireRequest } from '../webhooks/reviewed-request.ts';
import { authorizerValue, declareAuthorizer } from './authorizer.ts';
import { expressionValue } from './values.ts';

/** Steps that one expression may take: Kubernetes' own limit on what one may cost. */
const mostSteps = 1_000_000;

const names = 'string';
const requestFields = {
  kind: 'GroupVersionKind',
  resource: 'GroupVersionResource',
  subResource: names,
  requestKind: 'GroupVersionKind',
  requestResource: 'GroupVersionResource',
  requestSubResource: names,
  name: names,
  namespace: names,
  operation: names,
  userInfo: 'UserInfo',
  dryRun: 'bool',
  options: 'dyn',
};
const parts = {
  GroupVersionKind: { group: names, version: names, kind: names },
  GroupVersionResource: { group: names, version: names, resource: names },
  UserInfo: { username: names, uid: names, groups: 'list<string>', extra: 'map<string, list<string>>' },
  AdmissionRequest: requestFields,
};

/** A value of each of the types above: the environment knows it by its class. */
const classes = Object.fromEntries(
  Object.keys(parts).map((name) => [
    name,
    class {
      constructor(fields: object) {
        Object.assign(this, fields);
      }
    },
  ]),
) as Record<keyof typeof parts, new (fields: object) => object>;

class ExpressionError extends Error {}

export interface Expression {
  /** Throws ExpressionError. */
  evaluate(variables: Variables): unknown;
}

export type Variables = Readonly<Record<string, unknown>>;

interface Built {
  readonly environment: Environment;
  readonly meter: Meter;
}

export class AdmissionExpressions {
  #built: Built | undefined;

  /** `type`: what it must evaluate to. Throws ExpressionError that says where it is wrong. */
  compile(text: string, type: 'bool' | 'string'): Expression {
    const run = this.#checked(text, type);
    return {
      evaluate: (variables) => {
        try {
          return this.#build().meter.run(mostSteps, () => run(variables)).value;
        } catch (error) {
          throw new ExpressionError(summaryOf(error));
        }
      },
    };
  }

  #checked(text: string, type: string): (variables: Variables) => unknown {
    let run: ReturnType<Environment['parse']>;
    try {
      run = this.#build().environment.parse(text);
    } catch (error) {
      throw new ExpressionError(compilationProblem(text, error));
    }
    const checked = run.check();
    if (!checked.valid) throw new ExpressionError(compilationProblem(text, checked.error));
    if (checked.type !== type && checked.type !== 'dyn') throw new ExpressionError(`must evaluate to ${type}`);
    return run;
  }

  /** Takes a while, and most servers need none. */
  #build(): Built {
    this.#built ??= build();
    return this.#built;
  }
}

function build(): Built {
  const environment = kubernetesEnvironment();
  for (const [name, fields] of Object.entries(parts))
    environment.registerType(`kubernetes.${name}`, {
      ctor: classes[name as keyof typeof parts],
      fields: Object.fromEntries(
        Object.entries(fields).map(([field, type]) => [field, type in parts ? `kubernetes.${type}` : type]),
      ),
    });
  declareAuthorizer(environment);
  environment
    .registerVariable('object', 'dyn')
    .registerVariable('oldObject', 'dyn')
    .registerVariable('request', 'kubernetes.AdmissionRequest');
  return { environment, meter: new Meter(environment) };
}

/** What a request is to an expression. */
export function variablesOf(request: AdmissionRequest, authorizer: Required<Authorizer>): Variables {
  const reviewed = reviewedRequest(request);
  const { object, oldObject, ...wire } = wireRequest(request);
  const { kind, resource, requestKind, requestResource, userInfo, options, ...plain } = wire as Record<string, object>;
  const { GroupVersionKind, GroupVersionResource, UserInfo, AdmissionRequest: Request } = classes;
  return {
    object: expressionValue(object),
    oldObject: expressionValue(oldObject),
    request: new Request({
      ...plain,
      kind: new GroupVersionKind(kind!),
      resource: new GroupVersionResource(resource!),
      requestKind: new GroupVersionKind(requestKind!),
      requestResource: new GroupVersionResource(requestResource!),
      userInfo: new UserInfo({ ...present(userInfo!) }),
      options: expressionValue(options),
    }),
    authorizer: authorizerValue(authorizer, request.user, reviewed),
  };
}

function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** In the form of Go's implementation: where, what, and the line with a mark under it. */
function compilationProblem(text: string, error: unknown): string {
  const { range } = error as { readonly range?: { readonly start: number } };
  const start = range?.start ?? 0;
  const before = text.slice(0, start).split('\n');
  const column = before.at(-1)!.length;
  const line = text.split('\n')[before.length - 1] ?? '';
  const where = `ERROR: <input>:${before.length}:${column + 1}: ${summaryOf(error)}`;
  return `compilation failed: ${where}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

function summaryOf(error: unknown): string {
  const { summary, message } = error as { readonly summary?: string; readonly message: string };
  return summary ?? (message || 'the expression took too many steps');
}
