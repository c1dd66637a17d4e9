// Owns who a request comes from: the client certificate of its connection, looked at once per connection, or else the
// bearer token that it carries.
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '@berth/host';
import type { UserInfo } from '@berth/objects';
import { socketToken } from './socket-token.ts';
import type { TokenAuthenticator } from './token-authenticator.ts';

interface Identity {
  readonly user: UserInfo;
  /** Milliseconds since the epoch at which the certificate ends. */
  readonly validTo: number;
}

export type Authenticator = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => Promise<UserInfo | undefined>;

export function createAuthenticator(clock: Clock, tokenUser: TokenAuthenticator | undefined): Authenticator {
  const certificateUser = createCertificateAuthenticator(clock);
  return async (request) => {
    const user = certificateUser(request.socket);
    if (user) return user;
    const { headers } = request;
    const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? socketToken(headers);
    return token === undefined ? undefined : (await tokenUser?.(token))?.user;
  };
}

/** The user is the certificate's common name, the groups its organizations. Source: Kubernetes, "Authenticating". */
function createCertificateAuthenticator(clock: Clock): (socket: object) => UserInfo | undefined {
  const identities = new WeakMap<object, Identity | null>();
  return (socket) => {
    let identity = identities.get(socket);
    if (identity === undefined) {
      identity = identityOf(socket as TLSSocket);
      identities.set(socket, identity);
    }
    return identity && identity.validTo > clock.now() ? identity.user : undefined;
  };
}

function identityOf(socket: TLSSocket): Identity | null {
  // `authorized` says that OpenSSL found the certificate signed by the cluster's authority, for client use, in time.
  if (!socket.authorized) return null;
  const certificate = socket.getPeerCertificate();
  const name = listed(certificate.subject?.CN).at(-1);
  if (!name) return null;
  const groups = [...listed(certificate.subject.O), 'system:authenticated'];
  return { user: { name, groups }, validTo: Date.parse(certificate.valid_to) };
}

/** Node.js gives one value bare and several as an array. */
function listed(values: string | string[] | undefined): string[] {
  return values === undefined ? [] : Array.isArray(values) ? values : [values];
}
