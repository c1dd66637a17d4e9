// Owns the loop that signs approved requests with the cluster's authority.
import type { Component } from '@berth/host';
import { certificateSigningRequests } from '@berth/objects';
import { createLoop, observeAll } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { type CertificateAuthority, requestBytes } from './authority.ts';
import { failed, issued, isToBeSigned, lifetimeMs, signingProblem } from './signing.ts';

/** `longestMs`: how long a certificate is valid at most. */
export function createCertificateSignerLoop(
  context: ControllerContext,
  authority: CertificateAuthority,
  longestMs: number,
): Component {
  const { client, clock, informers, log, random } = context;
  return createLoop({
    name: 'certificate-signer',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 2,
    observe: (keys) => [observeAll(informers.certificateSigningRequests, keys)],
    async reconcile(name) {
      const request = informers.certificateSigningRequests.get(name);
      if (!request || !isToBeSigned(request)) return undefined;
      const bytes = requestBytes(request);
      const problem = signingProblem(request, await authority.read(bytes));
      const terms = { usages: request.spec.usages ?? [], lifetimeMs: lifetimeMs(request, longestMs) };
      const next = problem ? failed(request, problem) : issued(request, await authority.sign(bytes, terms));
      await unlessGone(client.updateStatus(certificateSigningRequests, next));
      return undefined;
    },
  });
}
