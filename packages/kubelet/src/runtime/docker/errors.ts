// Owns the meaning of Docker's error answers.

function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Conflicts: a name that is taken, a container that does not run, a removal that is under way already. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

/** 304: it is so already. */
export function isUnchanged(error: unknown): boolean {
  return statusOf(error) === 304;
}

export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Docker's words without the HTTP part that its client puts before them. */
export function dockerMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}
