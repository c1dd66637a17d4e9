// Owns the words in which a webhook's refusal, or the lack of an answer, reaches a client. Source: Kubernetes' own.
import { type Status, StatusError } from '@berth/objects';

/** The answer was no. */
export class WebhookDenial extends StatusError {
  readonly #status: Partial<Status>;

  constructor(webhook: string, status: Partial<Status> = {}) {
    const { reason, code = 0 } = status;
    const denied = `admission webhook "${webhook}" denied the request`;
    const why = status.message || reason;
    super(
      'BadRequest',
      why ? `${denied}: ${why}` : `${denied} without explanation`,
      status.details,
      Math.max(code, 400),
    );
    this.#status = status;
  }

  /** A webhook may give any reason, or none. */
  override toStatus(): Status {
    const { reason: _, ...status } = super.toStatus();
    const { reason, metadata } = this.#status;
    return { ...status, ...(metadata ? { metadata } : {}), ...(reason ? { reason } : {}) };
  }
}

/** The webhook could not be called, or what it answered is of no use. */
export class WebhookCallError extends Error {
  constructor(webhook: string, reason: string) {
    super(`failed calling webhook "${webhook}": ${reason}`);
  }
}

export function internalError(message: string): StatusError {
  return new StatusError('InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export function dryRunError(webhook: string): StatusError {
  return new StatusError('BadRequest', `admission webhook "${webhook}" does not support dry run`);
}
