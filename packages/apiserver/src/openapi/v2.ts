// Owns OpenAPI version 2: one document for the whole API, for clients that do not know version 3 yet.
// Source: OpenAPI Specification 2.0.
import { documentOf, type Kind } from '@berth/objects';
import type { GroupVersion } from './discovery.ts';
import { type BodyType, type Operation, type PathItem, pathItems } from './operations.ts';
import { createSchemaSet, dialects, type Schema, type SchemaSet } from './schemas.ts';

export function openApiV2(versions: readonly GroupVersion[], version: string): object {
  const kinds = versions.flatMap((served) => served.kinds);
  const schemas = createSchemaSet(dialects.v2);
  for (const each of kinds) {
    const { group, version: of, kind } = each.resource;
    schemas.refer(documentOf(each), [{ group, version: of, kind }]);
  }
  const paths = pathItems(kinds).map((item) => [item.path, pathOf(item, schemas)] as const);
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(paths),
    definitions: schemas.all(),
  };
}

function pathOf(item: PathItem, schemas: SchemaSet): object {
  const operations = item.operations.map(
    (operation) => [operation.method, operationOf(item, operation, schemas)] as const,
  );
  return {
    ...Object.fromEntries(operations),
    parameters: item.pathParameters.map((name) => ({
      name,
      in: 'path',
      required: true,
      type: 'string',
      uniqueItems: true,
    })),
  };
}

function operationOf({ kind }: PathItem, operation: Operation, schemas: SchemaSet): object {
  const { body, consumes, code, answer } = operation;
  const query = operation.parameters.map(({ name, type, description }) => ({
    name,
    in: 'query',
    description,
    type,
    uniqueItems: true,
  }));
  const inBody = body
    ? [{ name: 'body', in: 'body', schema: schemaOf(body, kind, schemas), required: operation.method !== 'delete' }]
    : [];
  return {
    ...(consumes.length > 0 ? { consumes } : {}),
    produces: answer === 'text' ? ['text/plain'] : ['application/json', 'application/yaml'],
    parameters: [...inBody, ...query],
    responses: {
      [code]: { description: code === 201 ? 'Created' : 'OK', schema: schemaOf(answer, kind, schemas) },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': operation.action,
    'x-kubernetes-group-version-kind': operation.identity,
  };
}

function schemaOf(body: BodyType, kind: Kind, schemas: SchemaSet): Schema {
  if (body === 'text') return { type: 'string' };
  if (body === 'list') return schemas.referList(kind);
  return schemas.refer(body.document, body.identity ? [body.identity] : []);
}
