// Owns the figures about who asks, under the names that Kubernetes 1.32 gives them. Users make no series of their own.
import { type Clock, Counts, Distributions, exponential, type Registry } from '@berth/host';
import type { UserInfo } from '@berth/objects';

export interface AuthenticationMetrics {
  /** Counts and times one attempt. */
  measured(authenticate: () => Promise<UserInfo | undefined>): Promise<UserInfo | undefined>;
}

/** Source: Kubernetes 1.32, k8s.io/apiserver/pkg/endpoints/filters. */
const knownNames = new Set(['admin', 'client', 'kube_proxy', 'kubelet', 'system:serviceaccount:kube-system:default']);

export function createAuthenticationMetrics(registry: Registry, clock: Clock): AuthenticationMetrics {
  const attempts = new Counts(registry, {
    name: 'authentication_attempts',
    help: 'Attempts to authenticate, by result.',
  });
  const durations = new Distributions(registry, {
    name: 'authentication_duration_seconds',
    help: 'How long it took to authenticate, by result.',
    bounds: exponential(0.001, 2, 15),
  });
  const requests = new Counts(registry, {
    name: 'authenticated_user_requests',
    help: 'Authenticated requests, by the sort of user.',
  });
  const results = {
    success: { attempts: attempts.of({ result: 'success' }), seconds: durations.of({ result: 'success' }) },
    failure: { attempts: attempts.of({ result: 'failure' }), seconds: durations.of({ result: 'failure' }) },
    error: { attempts: attempts.of({ result: 'error' }), seconds: durations.of({ result: 'error' }) },
  };

  return {
    async measured(authenticate) {
      const started = clock.monotonic();
      let result: keyof typeof results = 'error';
      try {
        const user = await authenticate();
        result = user ? 'success' : 'failure';
        if (user) requests.of({ username: sortOf(user.name) }).add();
        return user;
      } finally {
        results[result].attempts.add();
        results[result].seconds.observe((clock.monotonic() - started) / 1000);
      }
    },
  };
}

function sortOf(name: string): string {
  if (knownNames.has(name)) return name;
  return name.includes('@') ? 'email_id' : 'other';
}
