// Owns the variable `authorizer`: what expressions may ask about the rights of whoever sent the request.
// Source: Kubernetes, "Common Expression Language in Kubernetes", "Kubernetes authorizer library".
import type { UserInfo } from '@berth/objects';
import type { Environment } from '@marcbachmann/cel-js';
import { serviceAccountUser } from '../../auth/service-account-tokens.ts';
import type { Authorizer } from '../../registry/authorization.ts';
import type { ReviewedRequest } from '../webhooks/reviewed-request.ts';

const prefix = 'kubernetes.authorization';

class Decision {
  readonly allowed: boolean;
  readonly reason: string;

  constructor(allowed: boolean, reason: string) {
    this.allowed = allowed;
    this.reason = reason;
  }
}

interface Asking {
  readonly authorizer: Required<Authorizer>;
  readonly user: UserInfo;
}

class PathCheck {
  readonly #asking: Asking;
  readonly #path: string;

  constructor(asking: Asking, path: string) {
    this.#asking = asking;
    this.#path = path;
  }

  check(verb: string): Decision {
    const { authorizer, user } = this.#asking;
    const asked = { verb, path: this.#path };
    const allowed = authorizer.allowsPath(user, asked);
    return new Decision(allowed, allowed ? authorizer.pathReason(user, asked) : '');
  }
}

class GroupCheck {
  readonly #asking: Asking;
  readonly #group: string;

  constructor(asking: Asking, group: string) {
    this.#asking = asking;
    this.#group = group;
  }

  resource(plural: string): ResourceCheck {
    return new ResourceCheck(this.#asking, { group: this.#group, plural });
  }
}

interface ResourceNames {
  readonly group: string;
  readonly plural: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

class ResourceCheck {
  readonly #asking: Asking;
  readonly #names: ResourceNames;

  constructor(asking: Asking, names: ResourceNames) {
    this.#asking = asking;
    this.#names = names;
  }

  with(names: Partial<ResourceNames>): ResourceCheck {
    return new ResourceCheck(this.#asking, { ...this.#names, ...names });
  }

  check(verb: string): Decision {
    const { authorizer, user } = this.#asking;
    const { group, plural, subresource, namespace, name } = this.#names;
    const asked = {
      verb,
      resource: { group, plural },
      subresource: subresource || undefined,
      namespace: namespace || undefined,
      name: name || undefined,
    };
    const allowed = authorizer.allows(user, asked);
    return new Decision(allowed, allowed ? authorizer.reason(user, asked) : '');
  }
}

class AuthorizerValue {
  readonly requestResource: ResourceCheck;
  readonly #asking: Asking;

  constructor(asking: Asking, requested: ResourceNames) {
    this.#asking = asking;
    this.requestResource = new ResourceCheck(asking, requested);
  }

  path(path: string): PathCheck {
    return new PathCheck(this.#asking, path);
  }

  group(group: string): GroupCheck {
    return new GroupCheck(this.#asking, group);
  }

  serviceAccount(namespace: string, name: string): AuthorizerValue {
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
    const user = { name: serviceAccountUser(namespace, name), groups };
    return new AuthorizerValue({ ...this.#asking, user }, { group: '', plural: '' });
  }
}

/** Declares the variable, and what can be done with it. */
export function declareAuthorizer(environment: Environment): void {
  const type = (name: string) => `${prefix}.${name}`;
  environment
    .registerType(type('Decision'), { ctor: Decision, fields: {} })
    .registerType(type('PathCheck'), { ctor: PathCheck, fields: {} })
    .registerType(type('GroupCheck'), { ctor: GroupCheck, fields: {} })
    .registerType(type('ResourceCheck'), { ctor: ResourceCheck, fields: {} })
    .registerType(type('Authorizer'), { ctor: AuthorizerValue, fields: { requestResource: type('ResourceCheck') } });
  const method = (signature: string, handler: (...values: never[]) => unknown) =>
    environment.registerFunction(`${prefix}.${signature}`, handler, { async: false });
  method(`Authorizer.path(string): ${type('PathCheck')}`, (from: AuthorizerValue, path: string) => from.path(path));
  method(`Authorizer.group(string): ${type('GroupCheck')}`, (from: AuthorizerValue, name: string) => from.group(name));
  method(
    `Authorizer.serviceAccount(string, string): ${type('Authorizer')}`,
    (from: AuthorizerValue, namespace: string, name: string) => from.serviceAccount(namespace, name),
  );
  method(`PathCheck.check(string): ${type('Decision')}`, (from: PathCheck, verb: string) => from.check(verb));
  method(`GroupCheck.resource(string): ${type('ResourceCheck')}`, (from: GroupCheck, name: string) =>
    from.resource(name),
  );
  for (const name of ['subresource', 'namespace', 'name'])
    method(`ResourceCheck.${name}(string): ${type('ResourceCheck')}`, (from: ResourceCheck, value: string) =>
      from.with({ [name]: value }),
    );
  method(`ResourceCheck.check(string): ${type('Decision')}`, (from: ResourceCheck, verb: string) => from.check(verb));
  method('Decision.allowed(): bool', (from: Decision) => from.allowed);
  method('Decision.reason(): string', (from: Decision) => from.reason);
  // The authorizers here answer from memory, and do not fail.
  method('Decision.errored(): bool', () => false);
  method('Decision.error(): string', () => '');
  environment.registerVariable('authorizer', type('Authorizer'));
}

export function authorizerValue(authorizer: Required<Authorizer>, user: UserInfo, request: ReviewedRequest): object {
  const { resource, subresource, namespace, name } = request;
  const requested = { group: resource.group, plural: resource.resource, subresource, namespace, name };
  return new AuthorizerValue({ authorizer, user }, requested);
}
