// Owns the keys of the loops about certificate signing requests: all that are there, and each that changes.
import type { Informer } from '@berth/informers';
import type { CertificateSigningRequest } from '@berth/objects';
import type { Keys } from '@berth/reconcile';

export function observeRequests(requests: Informer<CertificateSigningRequest>, keys: Keys): readonly (() => void)[] {
  for (const { metadata } of requests.list()) keys.add(metadata.name);
  return [
    requests.onChange((changes) => {
      for (const { key, next } of changes) if (next) keys.add(key);
    }),
  ];
}
