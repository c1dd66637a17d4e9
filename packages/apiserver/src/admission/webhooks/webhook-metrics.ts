// Owns the figures about webhooks, under the names that Kubernetes gives them.
import { Counter, Histogram, type Registry } from '@berth/host';

export interface CallLabels {
  readonly name: string;
  readonly type: 'admit' | 'validating';
  readonly operation: string;
}

/** `failed`: there was no usable answer, and the policy for that says what became of the request. */
type CallOutcome = 'allowed' | 'denied' | 'failed';

export interface WebhookMetrics {
  /** `code`: of the refusal; 200 for an approval. */
  called(labels: CallLabels, seconds: number, result: { readonly outcome: CallOutcome; readonly code: number }): void;
  failedOpen(labels: CallLabels): void;
}

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const labelNames = ['name', 'type', 'operation', 'rejected'];
  const durations = new Histogram({
    name: 'apiserver_admission_webhook_admission_duration_seconds',
    help: 'Time that admission webhooks took, by name, type, operation and whether the request was rejected.',
    labelNames,
    buckets,
    registers,
  });
  const requests = new Counter({
    name: 'apiserver_admission_webhook_request_total',
    help: 'Calls of admission webhooks.',
    labelNames: [...labelNames, 'code'],
    registers,
  });
  const rejections = new Counter({
    name: 'apiserver_admission_webhook_rejection_count',
    help: 'Requests that admission webhooks rejected, or that were rejected because one could not be called.',
    labelNames: ['name', 'type', 'operation', 'error_type', 'rejection_code'],
    registers,
  });
  const open = new Counter({
    name: 'apiserver_admission_webhook_fail_open_count',
    help: 'Requests that went on although a webhook could not be called.',
    labelNames: ['name', 'type'],
    registers,
  });
  return {
    called(labels, seconds, { outcome, code }) {
      const { name, type, operation } = labels;
      const facts = { name, type, operation, rejected: String(outcome !== 'allowed') };
      durations.observe(facts, seconds);
      // Kubernetes counts an unusual code as the one that it stands for.
      requests.inc({ ...facts, code: String(Math.min(code, 600)) });
      if (outcome === 'allowed') return;
      const errorType = outcome === 'failed' ? 'calling_webhook_error' : 'no_error';
      const rejection = outcome === 'failed' ? 0 : Math.min(code, 600);
      rejections.inc({ name, type, operation, error_type: errorType, rejection_code: String(rejection) });
    },
    failedOpen: ({ name, type }) => open.inc({ name, type }),
  };
}
