// Owns what is told beside the answer of one request, whatever becomes of it: warnings to the client, in headers that
// stay small, and annotations to the audit log. Source: Kubernetes, k8s.io/apiserver's filter of warnings.
import type { Notices } from '@berth/objects';
import type { RequestAudit } from './request-audit.ts';

/** Characters of all warnings together; of more, each has no more than `itemLength`. */
const totalLength = 4 * 1024;
const itemLength = 256;

export class RequestNotices {
  /** For the core. */
  readonly sinks: Required<Notices>;
  readonly #warnings = new Set<string>();

  constructor(audit: RequestAudit) {
    this.sinks = {
      onWarning: (text) => {
        if (text !== '') this.#warnings.add(text);
      },
      onAuditAnnotation: (key, value) => audit.trail?.annotate(key, value),
    };
  }

  /** The Warning headers, if there are any. Source: RFC 7234, section 5.5; code 299 and agent `-` as Kubernetes has them. */
  get headers(): Readonly<Record<string, string[]>> {
    if (this.#warnings.size === 0) return {};
    return { Warning: bounded([...this.#warnings]).map((text) => `299 - "${headerText(text)}"`) };
  }
}

function bounded(texts: readonly string[]): readonly string[] {
  const lengths = (list: readonly string[]) => list.reduce((sum, text) => sum + text.length, 0);
  if (lengths(texts) <= totalLength) return texts;
  const short = texts.map((text) => text.slice(0, itemLength));
  while (lengths(short) > totalLength) short.pop();
  return short;
}

function headerText(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?');
}
