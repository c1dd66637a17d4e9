// Owns the loop that approves agents' requests for their certificates.
import type { Component } from '@berth/host';
import { type CertificateSigningRequest, certificateSigningRequests, subjectAccessReviews } from '@berth/objects';
import { createLoop, observeAll } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { approved, type Ground, groundsOf, isUndecided, questionOf } from './approval.ts';
import { type CertificateAuthority, requestBytes } from './authority.ts';

/** The permission may come later. */
const askAgainMs = 30_000;

export function createCertificateApproverLoop(context: ControllerContext, authority: CertificateAuthority): Component {
  const { client, clock, informers, log, random } = context;

  async function isPermitted(request: CertificateSigningRequest, ground: Ground): Promise<boolean> {
    const answer = await client.create(subjectAccessReviews, questionOf(request, ground));
    return answer.status.allowed;
  }

  /** All agents of one machine may have its loopback addresses. */
  function isOthers(address: string, node: string): boolean {
    if (/^127\.|^::1$/.test(address)) return false;
    const ofNode = informers.nodes
      .list()
      .some(
        ({ metadata, status }) => metadata.name !== node && status.addresses?.some((its) => its.address === address),
      );
    const ofService = informers.services.list().some(({ spec }) => spec.clusterIPs?.includes(address));
    const api = informers.endpoints.get('default/kubernetes')?.subsets ?? [];
    return ofNode || ofService || api.some(({ addresses }) => addresses?.some(({ ip }) => ip === address));
  }

  return createLoop({
    name: 'certificate-approver',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 2,
    observe: (keys) => [observeAll(informers.certificateSigningRequests, keys)],
    async reconcile(name) {
      const request = informers.certificateSigningRequests.get(name);
      if (!request || !isUndecided(request)) return undefined;
      const grounds = groundsOf(request, await authority.read(requestBytes(request)), isOthers);
      for (const ground of grounds) {
        if (!(await isPermitted(request, ground))) continue;
        const options = { subresource: 'approval' };
        await unlessGone(client.update(certificateSigningRequests, approved(request, ground), options));
        return undefined;
      }
      return grounds.length > 0 ? { requeueAfterMs: askAgainMs } : undefined;
    },
  });
}
