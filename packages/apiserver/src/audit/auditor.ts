// Owns the audit trail: from a request's first sight to its end, what the policy wants kept goes to the sink, line by
// line. A sink that has no room loses lines and is counted; no request waits for it or fails with it.
import { type Clock, Counter, microTimestamp, type Registry } from '@berth/host';
import type { Status } from '@berth/objects';
import { type AuditEvent, type AuditedRequest, auditLine, type ObjectIdentity } from './event.ts';
import {
  type AuditDecision,
  type AuditLevel,
  type AuditPolicy,
  type AuditStage,
  auditLevels,
  decideAudit,
} from './policy.ts';

/** Where the lines go. */
export interface AuditSink {
  /** Takes one line, without its end, and returns at once. `lost` is called if it will never be written. */
  write(line: string, lost: () => void): void;
}

export interface AuditorOptions {
  readonly policy: AuditPolicy;
  readonly sink: AuditSink;
  readonly clock: Clock;
  readonly metrics: Registry;
}

const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export class Auditor {
  readonly #options: AuditorOptions;
  readonly #events: Counter;
  readonly #levels: Counter;
  readonly #lost: () => void;

  constructor(options: AuditorOptions) {
    this.#options = options;
    const registers = [options.metrics];
    const name = 'apiserver_audit_event_total';
    this.#events = new Counter({ name, help: 'Audit events that were made.', registers });
    this.#levels = new Counter({
      name: 'apiserver_audit_level_total',
      help: 'Requests by the level that the audit policy has for them.',
      labelNames: ['level'],
      registers,
    });
    const errors = new Counter({
      name: 'apiserver_audit_error_total',
      help: 'Audit events that were lost.',
      labelNames: ['plugin'],
      registers,
    });
    errors.inc({ plugin: 'log' }, 0);
    this.#lost = () => errors.inc({ plugin: 'log' });
  }

  /** Undefined if the policy keeps nothing of the request. */
  begin(request: AuditedRequest): AuditTrail | undefined {
    const { policy, clock } = this.#options;
    const { user = anonymous, verb, resource } = request;
    const path = request.requestURI.split('?', 1)[0]!;
    const decision = decideAudit(policy, { user, verb, path, resource });
    this.#levels.inc({ level: decision.level });
    if (decision.level === 'None') return undefined;
    return new AuditTrail({ request, decision, clock, keep: (event) => this.#keep(event) });
  }

  #keep(event: AuditEvent): void {
    this.#events.inc();
    this.#options.sink.write(auditLine(event), this.#lost);
  }
}

interface TrailParts {
  readonly request: AuditedRequest;
  readonly decision: AuditDecision;
  readonly clock: Clock;
  keep(event: AuditEvent): void;
}

/** One request that is audited. `received` is told at once; one of `completed` and `panicked` must follow. */
export class AuditTrail {
  readonly #parts: TrailParts;
  readonly #received: string;
  #request: AuditedRequest;
  #identity: ObjectIdentity = {};
  #annotations: Record<string, string> | undefined;
  #requestObject: unknown;
  #responseObject: unknown;
  #ended = false;

  constructor(parts: TrailParts) {
    this.#parts = parts;
    this.#request = parts.request;
    this.#received = microTimestamp(parts.clock);
    this.#reached('RequestReceived');
  }

  /** Who the request counts as, where that is not who sent it. */
  impersonating(user: AuditedRequest['impersonated']): void {
    this.#request = { ...this.#request, impersonated: user };
  }

  /** A body as it was parsed: an object, or a patch. */
  requestBody(body: unknown): void {
    this.#identity = identityOf(body);
    if (this.#keeps('Request')) this.#requestObject = body;
  }

  responseBody(object: unknown): void {
    if (this.#keeps('RequestResponse')) this.#responseObject = object;
  }

  /** The first to say something under a key is heard. */
  annotate(key: string, value: string): void {
    this.#annotations ??= {};
    this.#annotations[key] ??= value;
  }

  /** The headers of an answer that lasts have gone out. */
  responseStarted(code: number): void {
    if (!this.#ended) this.#reached('ResponseStarted', { code });
  }

  /** `status`: what went wrong. */
  completed(code: number, status?: Status): void {
    this.#end('ResponseComplete', { code, status });
  }

  /** The server's own mistake ended the request. */
  panicked(status: Status): void {
    this.#end('Panic', { code: status.code ?? 500, status });
  }

  #end(stage: AuditStage, responseStatus: NonNullable<AuditEvent['responseStatus']>): void {
    if (this.#ended) return;
    this.#ended = true;
    if (responseStatus.status) this.responseBody(responseStatus.status);
    this.#reached(stage, responseStatus);
  }

  #keeps(level: AuditLevel): boolean {
    return auditLevels.indexOf(this.#parts.decision.level) >= auditLevels.indexOf(level);
  }

  #reached(stage: AuditStage, responseStatus?: AuditEvent['responseStatus']): void {
    const { decision, clock } = this.#parts;
    if (decision.omitStages.includes(stage)) return;
    this.#parts.keep({
      level: decision.level,
      stage,
      request: this.#request,
      identity: this.#identity,
      responseStatus,
      requestObject: this.#shown(this.#requestObject),
      responseObject: this.#shown(this.#responseObject),
      received: this.#received,
      reached: stage === 'RequestReceived' ? this.#received : microTimestamp(clock),
      annotations: this.#annotations,
    });
  }

  #shown(body: unknown): unknown {
    return this.#parts.decision.omitManagedFields ? withoutManagers(body) : body;
  }
}

function identityOf(body: unknown): ObjectIdentity {
  const { metadata } = (isFields(body) ? body : {}) as { metadata?: unknown };
  if (!isFields(metadata)) return {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const { namespace, name, uid, resourceVersion } = metadata;
  return { namespace: text(namespace), name: text(name), uid: text(uid), resourceVersion: text(resourceVersion) };
}

/** An object, or each of a list, without `metadata.managedFields`. */
function withoutManagers(body: unknown): unknown {
  if (!isFields(body)) return body;
  if (Array.isArray(body.items)) return { ...body, items: body.items.map(withoutManagers) };
  const { metadata } = body;
  if (!isFields(metadata) || !('managedFields' in metadata)) return body;
  const { managedFields: _, ...kept } = metadata;
  return { ...body, metadata: kept };
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
