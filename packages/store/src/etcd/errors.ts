// Owns what etcd's errors mean, which the protocol tells only in their text.
import { isRecoverableError } from 'etcd3';

/** "etcdserver: mvcc: required revision has been compacted" */
export function isCompacted(error: unknown): boolean {
  return messageOf(error).includes('required revision has been compacted');
}

/** "etcdserver: mvcc: required revision is a future revision" */
export function isFuture(error: unknown): boolean {
  return messageOf(error).includes('required revision is a future revision');
}

/** Nothing is known of whether the server saw the request; another attempt may succeed. */
export function isTransient(error: unknown): boolean {
  return error instanceof Error && isRecoverableError(error);
}

/** The request never left this machine, so another attempt cannot make it happen twice. */
export function neverSent(error: unknown): boolean {
  return /No connection established|ECONNREFUSED/.test(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
