// Owns what expressions of admission see: the object and the one that it replaces, the request, and who may what. They are
// read and checked once, and evaluated within bounds. Source: Kubernetes API reference, admissionregistration.k8s.io/v1
// MatchCondition.
import { kubernetesEnvironment, Meter } from '@berth/objects';
import type { Environment } from '@marcbachmann/cel-js';
import type { Authorizer } from '../../registry/authorization.ts';
import type { AdmissionRequest } from '../plugin.ts';
import { type ReviewedRequest, wireRequest } from '../webhooks/reviewed-request.ts';
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
  /** As the language names it; `dyn` where it is not known before it is evaluated. */
  readonly type: string;
  /** Throws ExpressionError. */
  evaluate(variables: Variables): unknown;
}

export type Variables = Readonly<Record<string, unknown>>;

export interface ScopeParts {
  /** Declares further variables. */
  readonly declare?: (environment: Environment) => void;
  /** Declares what is known of the objects, and names it. Left out: nothing, before they are there. */
  readonly objectType?: (environment: Environment) => string;
}

/** What expressions of one kind may name, beside the variables that all have. */
export class ExpressionScope {
  readonly #parts: Required<ScopeParts>;
  #built: { readonly environment: Environment; readonly meter: Meter } | undefined;

  constructor({ declare = () => {}, objectType = () => 'dyn' }: ScopeParts = {}) {
    this.#parts = { declare, objectType };
  }

  /** `types`: of which one is what it must evaluate to. Throws ExpressionError that says where it is wrong. */
  compile(text: string, ...types: readonly string[]): Expression {
    const { run, type } = this.#checked(text, types);
    return {
      type,
      evaluate: (variables) => {
        try {
          return this.#build().meter.run(mostSteps, () => run(variables)).value;
        } catch (error) {
          throw new ExpressionError(summaryOf(error));
        }
      },
    };
  }

  #checked(text: string, types: readonly string[]): { run: (variables: Variables) => unknown; type: string } {
    let run: ReturnType<Environment['parse']>;
    try {
      run = this.#build().environment.parse(text);
    } catch (error) {
      throw new ExpressionError(compilationProblem(text, error));
    }
    const { valid, type = 'dyn', error } = run.check();
    if (!valid) throw new ExpressionError(compilationProblem(text, error));
    if (types.length > 0 && type !== 'dyn' && !types.includes(type))
      throw new ExpressionError(`must evaluate to ${types.join(' or ')}`);
    return { run, type };
  }

  /** Takes a while, and most servers need none. */
  #build() {
    this.#built ??= build(this.#parts);
    return this.#built;
  }
}

function build({ declare, objectType }: Required<ScopeParts>): { environment: Environment; meter: Meter } {
  const environment = kubernetesEnvironment();
  for (const [name, fields] of Object.entries(parts))
    environment.registerType(`kubernetes.${name}`, {
      ctor: classes[name as keyof typeof parts],
      fields: Object.fromEntries(
        Object.entries(fields).map(([field, type]) => [field, type in parts ? `kubernetes.${type}` : type]),
      ),
    });
  declareAuthorizer(environment);
  const type = objectType(environment);
  environment
    .registerVariable('object', type)
    .registerVariable('oldObject', type)
    .registerVariable('request', 'kubernetes.AdmissionRequest');
  declare(environment);
  return { environment, meter: new Meter(environment) };
}

/** What a request is to an expression. */
export function variablesOf(
  request: AdmissionRequest,
  reviewed: ReviewedRequest,
  authorizer: Required<Authorizer>,
): Variables {
  const { object, oldObject, ...wire } = wireRequest(request, reviewed);
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
