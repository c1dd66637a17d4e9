// Owns as whom the parts of a server act on the API: each under a name of its own, wherever the API is served.
import { type Client, inProcessClient } from '@berth/client';
import type { Api, UserInfo } from '@berth/objects';

/** What acts on the API; the names are Kubernetes' where Kubernetes has the part too. */
export const partNames = ['kube-controller-manager', 'kube-scheduler', 'dashboard'] as const;
export type PartName = (typeof partNames)[number];

export interface Access {
  /** Acts as the part itself. */
  part(name: PartName): Client;
  /** Acts as a controller, by the name of its service account in kube-system: roles say what it may do, the audit log who did it. */
  account(name: string): Client;
  /** Acts as somebody whom the dashboard knows. */
  person(user: UserInfo): Client;
  /** Where a part finds the API. */
  endpoint(part: PartName): Endpoint;
}

export interface Endpoint {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM of the authority by which it is known. */
  readonly ca: string;
}

/** The dashboard acts for everybody who is signed in, the administrator included: no role could bound it. */
export function partUser(name: PartName): UserInfo {
  return { name: `system:${name}`, groups: name === 'dashboard' ? ['system:masters'] : [] };
}

/** This process serves the API. */
export function localAccess(api: Api, endpoint: Endpoint): Access {
  const as = ({ name, groups }: UserInfo, manager?: string) =>
    inProcessClient(api, { name, groups: [...groups, 'system:authenticated'] }, manager);
  return {
    part: (name) => as(partUser(name), name),
    account: (name) => as(accountUser(name), 'kube-controller-manager'),
    person: (user) => inProcessClient(api, user),
    endpoint: () => endpoint,
  };
}

function accountUser(name: string): UserInfo {
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];
  return { name: `system:serviceaccount:kube-system:${name}`, groups };
}
