// Owns what the audit trail is told of an HTTP request: who sent it from where, and what came of it. Source: Kubernetes,
// "Auditing".
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Random } from '@berth/host';
import { apiVersionOf, type Kind, type ObjectList, type Status, StatusError, type UserInfo } from '@berth/objects';
import type { Auditor, AuditTrail } from '../audit/auditor.ts';
import { type Authorizer, isRefusal } from '../registry/authorization.ts';
import type { Presentation } from './presentation.ts';
import type { ResourceRoute } from './route.ts';

export interface AskedOf {
  readonly request: IncomingMessage;
  /** Of the API where it has one for the method, or else the method in lower case. */
  readonly verb: string;
  readonly path: string;
  /** Undefined: the path is no resource's. */
  readonly route: ResourceRoute | undefined;
}

export interface RequestAuditing {
  /** Left out: nothing is audited, and answers still carry the identity of their request. */
  readonly auditor?: Auditor;
  readonly authorizer: Required<Authorizer>;
  readonly random: Random;
}

const idHeader = 'Audit-Id';

/** One request. Nothing is kept before `sentBy`, which says whose it is. */
export class RequestAudit {
  /** A client may bring its own along, by which its requests are found again. */
  readonly id: string;
  readonly #auditing: RequestAuditing;
  readonly #asked: AskedOf;
  #trail: AuditTrail | undefined;
  #user: UserInfo | undefined;
  #failure: Status | undefined;

  constructor(auditing: RequestAuditing, asked: AskedOf) {
    this.#auditing = auditing;
    this.#asked = asked;
    this.id = headerOf(asked.request, idHeader.toLowerCase()) || auditing.random.uuid();
  }

  /** What the answer carries. */
  get header(): readonly [name: string, value: string] {
    return [idHeader, this.id];
  }

  /** Undefined: nothing of this request is kept. */
  get trail(): AuditTrail | undefined {
    return this.#trail;
  }

  /** `user` undefined: nobody who is known. */
  sentBy(user: UserInfo | undefined): void {
    const { request, verb, route } = this.#asked;
    this.#trail = this.#auditing.auditor?.begin({
      auditID: this.id,
      requestURI: request.url ?? '/',
      verb,
      user,
      sourceIPs: sourceAddresses(request),
      userAgent: request.headers['user-agent'],
      resource: route && { ...route.kind.resource, ...namesOf(route) },
    });
  }

  /** As whom the request counts from then on, which may be its sender. */
  actingAs(user: UserInfo, sender: UserInfo): void {
    this.#user = user;
    if (user !== sender) this.#trail?.impersonating(user);
  }

  /** The answer has begun, and lasts. */
  started(code: number): void {
    this.#tellDecision();
    this.#trail?.responseStarted(code);
  }

  failed(error: unknown, { status, known }: { readonly status: StatusError; readonly known: boolean }): void {
    if (!this.#trail) return;
    this.#failure = status.toStatus();
    if (isRefusal(error)) this.#annotateDecision('forbid', '');
    else if (status.code !== 401) this.#tellDecision();
    if (!known && !(error instanceof StatusError)) this.#trail.panicked(this.#failure);
  }

  completed(code: number): void {
    if (!this.#trail) return;
    if (!this.#failure) this.#tellDecision();
    this.#trail.completed(code, this.#failure);
  }

  /** Whoever came this far was allowed to. */
  #tellDecision(): void {
    const user = this.#user;
    if (!this.#trail || !user) return;
    const { authorizer } = this.#auditing;
    const { route, path } = this.#asked;
    const verb = this.#verb();
    const reason = route
      ? authorizer.reason(user, { verb, resource: route.kind.resource, ...namesOf(route) })
      : authorizer.pathReason(user, { verb, path });
    this.#annotateDecision('allow', reason);
  }

  /** As it is authorized: streams into a pod are created. */
  #verb(): string {
    const { verb, route } = this.#asked;
    const creates = ['exec', 'attach', 'portforward'].includes(route?.subresource ?? '');
    return creates ? 'create' : verb;
  }

  #annotateDecision(decision: 'allow' | 'forbid', reason: string): void {
    this.#trail?.annotate('authorization.k8s.io/decision', decision);
    this.#trail?.annotate('authorization.k8s.io/reason', reason);
  }
}

/** Shows the trail what is answered, in whatever form that goes out. */
export function audited(presentation: Presentation, trail: AuditTrail, { resource }: Kind): Presentation {
  const listed = ({ metadata, items }: ObjectList) => ({
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items,
  });
  return {
    ...presentation,
    object(object) {
      trail.responseBody(object);
      return presentation.object(object);
    },
    list(list) {
      trail.responseBody(listed(list));
      return presentation.list(list);
    },
    status(status) {
      trail.responseBody(status);
      return presentation.status(status);
    },
  };
}

function namesOf({ namespace, name, subresource }: ResourceRoute) {
  return { namespace, name, subresource };
}

/** Those whom proxies name, the first sender first, and then who is connected. */
function sourceAddresses(request: IncomingMessage): string[] {
  const forwarded = (headerOf(request, 'x-forwarded-for') ?? '').split(',').map((part) => part.trim());
  const real = headerOf(request, 'x-real-ip')?.trim() ?? '';
  const remote = request.socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? '';
  return [...new Set([...forwarded, real, remote])].filter((address) => isIP(address) !== 0);
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
