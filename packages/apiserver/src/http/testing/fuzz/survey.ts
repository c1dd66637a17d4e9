// Owns the look at the server from outside after a run: every list, Table, watch and document must still work.
import { gunzipSync } from 'node:zlib';
import { apiVersionOf, hasProtobuf, kinds } from '@berth/objects';
import { readExposition } from '../exposition.ts';
import { Line, type ServerAddress } from './exchange.ts';

const forms = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  metadata: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
} as const;
/** Of one metric: what there is of resources, verbs and codes. What clients make up must not add to it. */
const mostSeries = 6_000;
const documents = ['/api', '/apis', '/api/v1', '/openapi/v2', '/openapi/v3', '/version', '/readyz', '/metrics'];

/** What does not work. */
export async function survey(server: ServerAddress): Promise<readonly string[]> {
  const line = new Line(server, server.admin);
  const problems: string[] = [];
  const get = async (path: string, accept: string): Promise<Buffer | undefined> => {
    const bytes = Buffer.from(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nAccept-Encoding: gzip\r\n\r\n`,
    );
    const outcome = await line.ask({ bytes, method: 'GET', broken: false });
    if (outcome.type === 'answered' && outcome.answer.code === 200) return outcome.answer.body;
    const how =
      outcome.type === 'answered' ? `${outcome.answer.code} ${outcome.answer.body.subarray(0, 300)}` : outcome.type;
    problems.push(`GET ${path} as ${accept}: ${how}`);
    return undefined;
  };
  const json = async (path: string, accept: string): Promise<Record<string, unknown> | undefined> => {
    const body = await get(path, accept);
    try {
      return (
        body && (JSON.parse((body[0] === 0x1f ? gunzipSync(body) : body).toString('utf8')) as Record<string, unknown>)
      );
    } catch (error) {
      problems.push(`GET ${path} as ${accept} is not JSON: ${error}`);
      return undefined;
    }
  };
  for (const { resource } of kinds) {
    const path = `/${resource.group ? 'apis' : 'api'}/${apiVersionOf(resource)}/${resource.plural}`;
    const list = await json(path, forms.json);
    const table = await json(path, forms.table);
    const items = (list?.items ?? []) as unknown[];
    const rows = (table?.rows ?? []) as unknown[];
    if (items.length !== rows.length) problems.push(`${path} has ${items.length} items and ${rows.length} rows`);
    await json(path, forms.metadata);
    await get(path, forms.yaml);
    if (hasProtobuf(resource.type)) await get(path, forms.protobuf);
    await get(`${path}?watch=1&resourceVersion=0`, forms.json);
  }
  for (const path of documents) await get(path, '*/*');
  const index = (await json('/openapi/v3', forms.json))?.paths as
    | Record<string, { serverRelativeURL: string }>
    | undefined;
  for (const { serverRelativeURL } of Object.values(index ?? {})) await json(serverRelativeURL, forms.json);
  const metrics = (await get('/metrics', '*/*'))!;
  const { problems: wrong, series } = readExposition(
    (metrics[0] === 0x1f ? gunzipSync(metrics) : metrics).toString('utf8'),
  );
  problems.push(...wrong.map((problem) => `/metrics: ${problem}`));
  for (const [name, count] of series) if (count > mostSeries) problems.push(`/metrics has ${count} series of ${name}`);
  line.close();
  return problems;
}
