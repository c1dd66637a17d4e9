// Owns the writing of whole answers: headers, compression, YAML, and the Status of an error.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Status, StatusError, toYaml } from '@berth/objects';
import { type AnswerForm, negotiate } from './negotiate.ts';
import { protobufStatus, protobufType } from './protobuf-presentation.ts';

export interface Answer {
  readonly code: number;
  /** JSON or protobuf. */
  readonly body: Buffer;
  /** Left out: JSON. YAML is made of JSON here. */
  readonly encoding?: AnswerForm['encoding'];
  /** Of the body, where it is not plain JSON: such as that of aggregated discovery. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

const compress = promisify(gzip);
/** Kubernetes' own threshold: below it, compression costs more than it saves. */
const compressAbove = 128 * 1024;

const contentTypes: Readonly<Record<AnswerForm['encoding'], string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: protobufType,
};

export async function respond(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const yaml = answer.encoding === 'yaml';
  let { body } = answer;
  if (yaml) body = Buffer.from(toYaml(JSON.parse(body.toString('utf8'))));
  else if (isJson(answer) && isForPeople(request))
    body = Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8')), null, 2));
  const headers: Record<string, string | number | readonly string[]> = {
    'Cache-Control': 'no-cache, private',
    'Content-Type': answer.contentType ?? contentTypes[answer.encoding ?? 'json'],
    ...answer.headers,
  };
  if (body.length > compressAbove && acceptsGzip(request)) {
    body = await compress(body, { level: 1 });
    headers['Content-Encoding'] = 'gzip';
    headers.Vary = 'Accept-Encoding';
  }
  headers['Content-Length'] = body.length;
  response.writeHead(answer.code, headers as Record<string, string | number | string[]>);
  response.end(body);
}

function isJson({ encoding, contentType }: Answer): boolean {
  return contentType === undefined ? encoding === undefined || encoding === 'json' : contentType === 'application/json';
}

const browsers = /^(curl|Wget|Mozilla\/5\.0)/;

/** Whether JSON goes out in lines: where `pretty` says so or, where it is not asked for, what browsers and their like get. */
function isForPeople({ url = '', headers }: IncomingMessage): boolean {
  const asked = url.includes('pretty=') ? new URLSearchParams(url.slice(url.indexOf('?'))).get('pretty') : undefined;
  if (asked) return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(asked);
  return browsers.test(headers['user-agent'] ?? '');
}

/** `known` tells what a caller may meet from what is a mistake of ours, which the log must have. */
export function statusOf(error: unknown): { status: StatusError; known: boolean } {
  if (error instanceof StatusError) return { status: error, known: error.reason !== 'InternalError' };
  return { status: new StatusError('InternalError', 'Internal error occurred'), known: false };
}

/** In the form that the client accepts, or else as JSON. */
export function errorAnswer(status: StatusError, accept: string | undefined): Answer {
  const retry = status.details?.retryAfterSeconds ?? (status.code === 429 ? 1 : undefined);
  return {
    code: status.code,
    ...statusBody(status.toStatus(), accept),
    headers: retry === undefined ? {} : { 'Retry-After': String(retry) },
  };
}

function statusBody(status: Status, accept: string | undefined): Pick<Answer, 'body' | 'encoding'> {
  const encoding = encodingOf(accept);
  const body = encoding === 'protobuf' ? protobufStatus(status) : Buffer.from(JSON.stringify(status));
  return { body, encoding };
}

function encodingOf(accept: string | undefined): AnswerForm['encoding'] {
  try {
    return negotiate(accept, { protobuf: true, table: true }).encoding;
  } catch {
    return 'json';
  }
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && /(^|[\s,])gzip\s*(,|$|;(?!\s*q=0(\.0+)?\s*(,|$)))/.test(accepted);
}
