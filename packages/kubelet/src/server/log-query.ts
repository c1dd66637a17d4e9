// Owns the reading of what a log request asks for. Source: Kubernetes API, PodLogOptions.
import { badRequestError, type LogOptions } from '@berth/objects';

export function parseLogQuery(query: URLSearchParams): LogOptions {
  const flag = (name: string) => ['true', '1'].includes(query.get(name) ?? '');
  const number = (name: string, least: number) => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) {
      throw badRequestError(`${name}: ${JSON.stringify(text)} is not a whole number of at least ${least}`);
    }
    return value;
  };
  const sinceTime = query.get('sinceTime') ?? undefined;
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime))) {
    throw badRequestError(`sinceTime: ${JSON.stringify(sinceTime)} is not a time`);
  }
  return {
    follow: flag('follow'),
    previous: flag('previous'),
    timestamps: flag('timestamps'),
    tailLines: number('tailLines', 0),
    sinceSeconds: number('sinceSeconds', 1),
    limitBytes: number('limitBytes', 1),
    ...(sinceTime === undefined ? {} : { sinceTime }),
  };
}

/** At most `limit` bytes; undefined: all of them. */
export async function* limited(
  source: AsyncIterable<Uint8Array>,
  limit: number | undefined,
): AsyncGenerator<Uint8Array> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const data of source) {
    yield data.length > left ? data.subarray(0, left) : data;
    left -= data.length;
    if (left <= 0) return;
  }
}
