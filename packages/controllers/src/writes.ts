// Owns how controllers take it that what they write to is gone: as done.
import { isReason } from '@berth/objects';

export async function unlessGone<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** The namespace is going: nothing can be created in it, and nothing need be. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!isReason(error, 'Forbidden')) return false;
  return error.details?.causes?.some(({ reason }) => (reason as string) === 'NamespaceTerminating') ?? false;
}
