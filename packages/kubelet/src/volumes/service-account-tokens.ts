// Owns the tokens of the node's pods: asked for when a pod first needs one, kept, and asked for anew well before they
// end. Source: Kubernetes 1.32's kubelet: at four fifths of their life, and after a day at the latest.
import type { TokenRequester } from '@berth/client';
import type { Clock, Logger, Random, Timer } from '@berth/host';
import type { Pod, ServiceAccountTokenProjection } from '@berth/objects';

export interface ServiceAccountTokensOptions {
  readonly client: TokenRequester;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** This pod's volumes must be written anew. */
  readonly onDue: (podUid: string) => void;
}

interface Kept {
  readonly token: string;
  readonly expiresAt: number;
  readonly refreshAt: number;
  readonly timer: Timer;
}

const day = 24 * 3600 * 1000;
/** Pods that came up together do not ask together. */
const jitterMs = 10_000;
const retryMs = 10_000;
const defaultSeconds = 3_600;

export class ServiceAccountTokens {
  readonly #options: ServiceAccountTokensOptions;
  /** By pod, then by what the token is for. */
  readonly #kept = new Map<string, Map<string, Kept>>();

  constructor(options: ServiceAccountTokensOptions) {
    this.#options = options;
  }

  /** Throws what keeps the API from giving one; a token that is still good is used for as long as it is. */
  async tokenFor(pod: Pod, { audience = '', expirationSeconds }: ServiceAccountTokenProjection): Promise<string> {
    const { clock, log } = this.#options;
    const { uid } = pod.metadata;
    const seconds = expirationSeconds ?? defaultSeconds;
    const key = `${audience}/${seconds}`;
    const known = this.#kept.get(uid)?.get(key);
    if (known && clock.now() < known.refreshAt) return known.token;
    try {
      return this.#keep(uid, key, await this.#request(pod, audience, seconds));
    } catch (err) {
      if (!known || clock.now() >= known.expiresAt) throw err;
      log.warn({ err, pod: pod.metadata.name }, 'could not renew a token, trying again');
      known.timer.cancel();
      this.#set(uid, key, { ...known, timer: this.#due(uid, retryMs) });
      return known.token;
    }
  }

  #request(pod: Pod, audience: string, expirationSeconds: number) {
    const { name, namespace, uid } = pod.metadata;
    return this.#options.client.requestToken(
      { namespace, name: pod.spec.serviceAccountName || 'default' },
      {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
    );
  }

  #keep(
    uid: string,
    key: string,
    { status }: { readonly status: { readonly token: string; readonly expirationTimestamp: string } },
  ): string {
    const { clock, random } = this.#options;
    const now = clock.now();
    const expiresAt = Date.parse(status.expirationTimestamp);
    const delay = Math.max(0, Math.min((expiresAt - now) * 0.8, day) - random.fraction() * jitterMs);
    this.#kept.get(uid)?.get(key)?.timer.cancel();
    this.#set(uid, key, { token: status.token, expiresAt, refreshAt: now + delay, timer: this.#due(uid, delay) });
    return status.token;
  }

  #set(uid: string, key: string, kept: Kept): void {
    const ofPod = this.#kept.get(uid) ?? new Map<string, Kept>();
    this.#kept.set(uid, ofPod.set(key, kept));
  }

  #due(uid: string, delayMs: number): Timer {
    return this.#options.clock.after(delayMs, () => this.#options.onDue(uid));
  }

  /** The pod is gone. */
  release(podUid: string): void {
    for (const { timer } of this.#kept.get(podUid)?.values() ?? []) timer.cancel();
    this.#kept.delete(podUid);
  }

  stop(): void {
    for (const uid of [...this.#kept.keys()]) this.release(uid);
  }
}
