// Owns OpenAPI version 3: one document per group and version. Source: OpenAPI Specification 3.0.
import { documentOf, type Kind } from '@berth/objects';
import type { GroupVersion } from './discovery.ts';
import { type BodyType, type Operation, type PathItem, pathItems } from './operations.ts';
import { createSchemaSet, dialects, type Schema, type SchemaSet } from './schemas.ts';

export function openApiV3({ kinds }: GroupVersion, version: string): object {
  const schemas = createSchemaSet(dialects.v3);
  for (const kind of kinds) schemas.refer(documentOf(kind), [identityOf(kind)]);
  const paths = pathItems(kinds).map((item) => [item.path, pathOf(item, schemas)] as const);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(paths),
    components: { schemas: schemas.all() },
  };
}

function identityOf({ resource: { group, version, kind } }: Kind) {
  return { group, version, kind };
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
      schema: { type: 'string', uniqueItems: true },
    })),
  };
}

function operationOf({ kind }: PathItem, operation: Operation, schemas: SchemaSet): object {
  const { body, consumes, parameters, code } = operation;
  return {
    ...(parameters.length > 0
      ? {
          parameters: parameters.map(({ name, type, description }) => ({
            name,
            in: 'query',
            description,
            schema: { type, uniqueItems: true },
          })),
        }
      : {}),
    ...(body
      ? { requestBody: { content: contentOf(consumes, schemaOf(body, kind, schemas)), ...requiredFor(operation) } }
      : {}),
    responses: {
      [code]: { description: code === 201 ? 'Created' : 'OK', content: answerOf(operation, kind, schemas) },
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': operation.action,
    'x-kubernetes-group-version-kind': operation.identity,
  };
}

function requiredFor({ method }: Operation): object {
  return method === 'delete' ? {} : { required: true };
}

function answerOf({ answer }: Operation, kind: Kind, schemas: SchemaSet): object {
  const types = answer === 'text' ? ['text/plain'] : ['application/json', 'application/yaml'];
  return contentOf(types, schemaOf(answer, kind, schemas));
}

function contentOf(types: readonly string[], schema: Schema): object {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function schemaOf(body: BodyType, kind: Kind, schemas: SchemaSet): Schema {
  if (body === 'text') return { type: 'string' };
  if (body === 'list') return schemas.referList(kind);
  return schemas.refer(body.document, body.identity ? [body.identity] : []);
}
