// Owns what writes through subresources come to: the part of the object that they replace, the Scale that they change, or
// the thing of another kind that they make.
import type { Clock } from '@berth/host';
import {
  type Binding,
  type Draft,
  decode,
  draftOf,
  invalidError,
  type Kind,
  type KubeObject,
  kindOf,
  type ObjectName,
  type Pod,
  pods,
  type Scale,
  StatusError,
  scaleOf,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import type { AdmissionChain } from '../admission/chain.ts';
import { bindingType, bound, checkBinding } from './binding.ts';
import type { Evictions } from './evictions.ts';
import { asScale, scaled } from './scale.ts';
import { checkPreconditions } from './strategy.ts';
import type { TokenRequests } from './token-requests.ts';
import { admitUnkept } from './unkept-admission.ts';
import { reportWarnings, type UpdatedPart, type Writes } from './writes.ts';

export type Target = ObjectName & { readonly subresource?: string };

export class SubresourceWrites {
  readonly #writes: Writes;
  readonly #admission: AdmissionChain;
  readonly #evictions: Evictions;
  readonly #tokenRequests: TokenRequests | undefined;
  readonly #clock: Clock;

  constructor(options: {
    writes: Writes;
    admission: AdmissionChain;
    evictions: Evictions;
    tokenRequests: TokenRequests | undefined;
    clock: Clock;
  }) {
    this.#writes = options.writes;
    this.#admission = options.admission;
    this.#evictions = options.evictions;
    this.#tokenRequests = options.tokenRequests;
    this.#clock = options.clock;
  }

  /** What a create under a name makes: a binding, an eviction, a token. */
  create(
    user: UserInfo,
    target: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
    request: { body: unknown; options: WriteOptions },
  ): Promise<KubeObject> {
    const { namespace = '', name = '', subresource = '' } = target;
    switch (subresource) {
      case 'binding':
        return this.#bind(user, target, request);
      case 'eviction':
        return this.#evictions.create(user, { namespace, name, ...request });
      case 'token':
        if (!this.#tokenRequests) throw new StatusError('ServiceUnavailable', 'this server issues no tokens');
        return this.#tokenRequests.create(user, { namespace, name, ...request });
      default:
        throw notAllowed(subresource, 'create');
    }
  }

  /** Replaces the object, or the part of it that a subresource stands for. */
  put<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    request: { target: Target; options: WriteOptions; replaces?: boolean; change(old: T): Draft<T> },
  ): Promise<T> {
    const { target, options, replaces, change } = request;
    const { subresource } = target;
    if (subresource === 'finalize') {
      const finalized = (old: T) => checked(kind, withSpecOf(kind, old, change(old)));
      return this.#writes.update({ user, kind, target, part: 'whole', subresource, options, change: finalized });
    }
    const part = partOf(kind, subresource);
    if (!part) throw notAllowed(subresource ?? '', 'update');
    return this.#writes.update({ user, kind, target, part, subresource, replaces, options, change });
  }

  async scale<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    request: { target: Target; options: WriteOptions; scale(old: Scale): Scale },
  ): Promise<T> {
    const { target, options } = request;
    const stored = await this.#writes.update({
      user,
      kind,
      target,
      part: 'main',
      subresource: 'scale',
      options,
      change: (old) => {
        const scale = request.scale(scaleOf(kind, old)!);
        checkPreconditions(kind, old, scale.metadata);
        return scaled(kind, old, scale);
      },
    });
    return asScale(kind, stored);
  }

  async #bind(
    user: UserInfo,
    target: { readonly namespace?: string; readonly name?: string },
    { body, options }: { body: unknown; options: WriteOptions },
  ): Promise<Pod> {
    const draft = reportWarnings(decode(bindingType, body, options), options);
    const name = target.name ?? draft.metadata.name;
    const { namespace } = target;
    const about = { user, resource: pods, subresource: 'binding', namespace, name };
    await admitUnkept(this.#admission, { ...about, document: bindingType, draft, options }, () =>
      checkBinding(draft as Binding, name),
    );
    const binding = draft as Binding;
    return this.#writes.update({
      user,
      kind: kindOf(pods),
      target: { namespace, name },
      part: 'whole',
      admitted: true,
      untracked: true,
      options,
      change: (old) => {
        checkPreconditions(kindOf(pods), old, binding.metadata);
        return bound(old, binding, this.#clock);
      },
    });
  }
}

/** What an update of the subresource writes; undefined: nothing. */
function partOf<T extends KubeObject>(kind: Kind<T>, subresource: string | undefined): UpdatedPart | undefined {
  if (subresource === undefined) return 'main';
  if (subresource === 'status') return 'status';
  return kind.parts?.[subresource] ? 'named' : undefined;
}

function notAllowed(subresource: string, verb: string): StatusError {
  return new StatusError('MethodNotAllowed', `the subresource ${subresource} does not support ${verb}`);
}

/** Throws Invalid. */
function checked<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>): Draft<T> {
  const errors = kind.validate(draft as T);
  if (errors.length > 0) throw invalidError(kind.resource, (draft as T).metadata.name, errors);
  return draft;
}

/** The object with nothing but its spec replaced. Throws Conflict. */
function withSpecOf<T extends KubeObject>(kind: Kind<T>, old: T, sent: Draft<T>): Draft<T> {
  checkPreconditions(kind, old, (sent as Draft<KubeObject>).metadata);
  return { ...draftOf(old), spec: (sent as { spec?: unknown }).spec } as Draft<T>;
}
