// Owns how a resourceVersion of a request is read, and what is answered when it cannot be served.
import { badRequestError, expiredError, type StatusError } from '@berth/objects';

/** The revision that a request names; undefined if it names none. Throws BadRequest. */
export function parseVersion(resourceVersion: string | undefined): number | undefined {
  if (!resourceVersion) return undefined;
  if (!/^(0|[1-9]\d{0,15})$/.test(resourceVersion))
    throw badRequestError(
      `Invalid value: ${JSON.stringify(resourceVersion)}: resourceVersion must be a decimal number`,
    );
  return Number(resourceVersion);
}

export function tooOld(requested: number, oldest: number): StatusError {
  return expiredError(`too old resource version: ${requested} (${oldest})`);
}
