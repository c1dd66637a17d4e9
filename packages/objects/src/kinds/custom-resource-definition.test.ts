// What may stand in a CustomResourceDefinition, what it gets, and what an update may change.
import { describe, expect, it } from 'vitest';
import { definitionOf, manifestOf, type VersionParts } from '../custom/custom-fixture.ts';
import { customResourceDefinitions, type JSONSchemaProps } from '../index.ts';
import { customResourceDefinitionKind } from './custom-resource-definition.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const problems = (versions: readonly VersionParts[], spec: object = {}) =>
  problemsOfCreate(customResourceDefinitions, manifestOf(versions, spec));
const ofSchema = (spec: JSONSchemaProps) => problems([{ schema: { type: 'object', properties: { spec } } }]);
const at = 'spec.validation.openAPIV3Schema.properties[spec]';

it('gets the names that follow from others, a conversion, and the status of a new one', () => {
  const { spec, status } = definitionOf({});
  expect(spec.names).toEqual({
    plural: 'crontabs',
    singular: 'crontab',
    kind: 'CronTab',
    listKind: 'CronTabList',
    shortNames: ['ct'],
  });
  expect(spec.conversion).toEqual({ strategy: 'None' });
  expect(status).toEqual({ acceptedNames: { plural: '', kind: '' }, conditions: [], storedVersions: ['v1'] });
});

describe('names and versions', () => {
  const names = { plural: 'crontabs', kind: 'CronTab' };
  const group = 'must consist of lower case';
  it.each<[string, readonly VersionParts[], object, unknown[]]>([
    ['as they should be', [{}], {}, []],
    [
      'in another group',
      [{}],
      { group: 'example.com' },
      ['metadata.name: Invalid value: "crontabs.stable.example.com": must be spec.names.plural+"."+spec.group'],
    ],
    [
      'in a group without a dot',
      [{}],
      { group: 'stable' },
      [
        expect.stringContaining('metadata.name'),
        'spec.group: Invalid value: "stable": should be a domain with at least one dot',
      ],
    ],
    ['in no scope', [{}], { scope: '' }, ['spec.scope: Required value']],
    [
      'in an unknown scope',
      [{}],
      { scope: 'Everywhere' },
      ['spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'a list named like its items',
      [{}],
      { names: { ...names, listKind: 'CronTab' } },
      ['spec.names.listKind: Invalid value: "CronTab": kind and listKind may not be the same'],
    ],
    [
      'a short name with a space',
      [{}],
      { names: { ...names, shortNames: ['c t'] } },
      [expect.stringContaining(`spec.names.shortNames[0]: Invalid value: "c t": a DNS-1035 label ${group}`)],
    ],
    [
      'no version to store',
      [{ storage: false }],
      {},
      [
        'spec.versions: Invalid value: []string{"v1"}: must have exactly one version marked as storage version',
        expect.stringContaining('status.storedVersions'),
      ],
    ],
    [
      'two of one name',
      [{}, { storage: false }],
      {},
      ['spec.versions: Invalid value: []string{"v1", "v1"}: must contain unique version names'],
    ],
    [
      'a warning of what is not deprecated',
      [{ deprecationWarning: 'old' }],
      {},
      ['spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions'],
    ],
    [
      'fields kept as in the old days',
      [{}],
      { preserveUnknownFields: true },
      [
        expect.stringMatching(
          /^spec\.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes/,
        ),
      ],
    ],
  ])('%s', (_, versions, spec, expected) => {
    expect(problems(versions, spec)).toEqual(expected);
  });

  it('a version without a schema', () => {
    const manifest = manifestOf([{}]) as { spec: { versions: { schema?: unknown }[] } };
    delete manifest.spec.versions[0]!.schema;
    expect(problemsOfCreate(customResourceDefinitions, manifest)).toEqual([
      'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
    ]);
  });
});

describe('a schema', () => {
  const atomic = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  it.each<[string, JSONSchemaProps, string[]]>([
    ['of everything', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, []],
    [
      'without a type',
      { properties: {} },
      [`${at}.type: Required value: must not be empty for specified object fields`],
    ],
    [
      'of an unknown type',
      { type: 'text' },
      [
        `${at}.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
      ],
    ],
    ['of a list of nothing', { type: 'array' }, [`${at}.items: Required value: must be specified`]],
    [
      'with unique items',
      { type: 'array', items: { type: 'string' }, uniqueItems: true },
      [
        `${at}.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
      ],
    ],
    [
      'of fields and of a map',
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
      [`${at}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
    ],
    [
      'with a type where it restricts',
      { type: 'object', properties: { a: { type: 'string' } }, anyOf: [{ properties: { a: { type: 'string' } } }] },
      [`${at}.anyOf[0].properties[a].type: Forbidden: must be empty to be structural`],
    ],
    [
      'of a number or a text',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      [],
    ],
    [
      'with a bad pattern',
      { type: 'string', pattern: '(' },
      [
        expect.stringMatching(
          /pattern: Invalid value: "\(": must be a valid regular expression, but isn't/,
        ) as unknown as string,
      ],
    ],
    ['with a reference', { type: 'object', $ref: '#/x' }, [`${at}.$ref: Forbidden: $ref is not supported`]],
    [
      'of a set of objects',
      { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object' } },
      [`${at}.items.x-kubernetes-map-type: Invalid value: null: ${atomic}`],
    ],
    [
      'of a list by a key that may be absent',
      {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['a'],
        items: { type: 'object', properties: { a: { type: 'string' } } },
      },
      [
        `${at}.items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      ],
    ],
    [
      'of a list by no key',
      { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } },
      [`${at}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`],
    ],
    [
      'with a default of the wrong form',
      { type: 'string', default: 1 },
      [`${at}.default: Invalid value: "integer":  in body must be of type string: "integer"`],
    ],
    [
      'with a default of unknown fields',
      { type: 'object', default: { x: 1 } },
      [`${at}.default: Invalid value: map[string]interface {}{"x":1}: must not have unknown fields`],
    ],
  ])('%s', (_, schema, expected) => {
    expect(ofSchema(schema)).toEqual(expected);
  });

  it.each<[string, JSONSchemaProps, string]>([
    [
      'must be of objects',
      { type: 'array', items: { type: 'string' } },
      'type: Invalid value: "array": must be object at the root',
    ],
    [
      'says nothing of the metadata',
      { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } },
      'properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
    ],
    [
      'describes what it restricts',
      { type: 'object', allOf: [{ properties: { a: { minimum: 1 } } }] },
      'properties[a]: Required value: because it is defined in spec.validation.openAPIV3Schema.allOf[0].properties[a]',
    ],
    [
      'may restrict the name',
      {
        type: 'object',
        properties: { metadata: { type: 'object', properties: { name: { type: 'string', pattern: '^a' } } } },
      },
      '',
    ],
    [
      'has no default for the kind',
      { type: 'object', properties: { kind: { type: 'string', default: 'X' } } },
      'properties[kind].default: Forbidden: must not be set in top-level kind',
    ],
  ])('of the whole %s', (_, schema, problem) => {
    expect(problems([{ schema }])).toEqual(problem ? [`spec.validation.openAPIV3Schema.${problem}`] : []);
  });
});

describe('subresources, columns and selectable fields', () => {
  const schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'object' } } } },
  };
  it.each<[string, VersionParts, unknown[]]>([
    [
      'as they should be',
      { subresources: { status: {}, scale: { specReplicasPath: '.spec.a', statusReplicasPath: '.status.a' } } },
      [],
    ],
    [
      'replicas elsewhere',
      { subresources: { scale: { specReplicasPath: '.a', statusReplicasPath: '' } } },
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".a": should be a json path under .spec',
        'spec.subresources.scale.statusReplicasPath: Required value',
      ],
    ],
    [
      'a column of an unknown type',
      { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.a' }] },
      [
        'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      ],
    ],
    [
      'a column of no path',
      { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: 'a' }] },
      ['spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .'],
    ],
    [
      'a column of a bad path',
      { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '.a[' }] },
      ['spec.additionalPrinterColumns[0].JSONPath: Invalid value: ".a[": must be a json path: unterminated array'],
    ],
    ['a field to select by', { selectableFields: [{ jsonPath: '.spec.a' }] }, []],
    [
      'fields that cannot be selected by',
      { selectableFields: [{ jsonPath: '.spec.b' }, { jsonPath: '.spec.c' }] },
      [
        expect.stringContaining('must point to a field of type string, boolean or integer'),
        'spec.selectableFields[1].jsonPath: Invalid value: ".spec.c": is an invalid path: does not refer to a valid field',
      ],
    ],
  ])('%s', (_, parts, expected) => {
    expect(problems([{ schema, ...parts }])).toEqual(expected);
  });

  it('a status of its own allows nothing at the root that ties it to the rest', () => {
    expect(
      problems([{ schema: { ...schema, oneOf: [{ required: ['spec'] }] }, subresources: { status: {} } }]),
    ).toEqual([
      expect.stringMatching(
        /^spec\.validation\.openAPIV3Schema: .*fields are allowed at the root of the schema if the status subresource is enabled$/,
      ),
    ]);
  });
});

describe('conversion', () => {
  const webhook = (clientConfig: object, conversionReviewVersions: readonly string[] = ['v1']) => ({
    conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions } },
  });
  const at = 'spec.conversion.webhookClientConfig';
  it.each<[string, object, unknown[]]>([
    ['by a service', webhook({ service: { namespace: 'a', name: 'b' } }), []],
    [
      'by nobody',
      { conversion: { strategy: 'Webhook' } },
      [
        `${at}: Required value: required when strategy is set to Webhook`,
        'spec.conversion.conversionReviewVersions: Required value',
      ],
    ],
    [
      'by two',
      webhook({ url: 'https://a', service: { namespace: 'a', name: 'b' } }),
      [`${at}: Required value: exactly one of url or service is required`],
    ],
    [
      'without encryption',
      webhook({ url: 'http://a' }),
      [expect.stringContaining("'https' is the only allowed URL scheme")],
    ],
    [
      'in an unknown language',
      webhook({ url: 'https://a' }, ['v9']),
      [
        'spec.conversion.conversionReviewVersions: Invalid value: []string{"v9"}: must include at least one of v1, v1beta1',
      ],
    ],
    [
      'by a webhook that is not asked',
      { conversion: { strategy: 'None', webhook: { conversionReviewVersions: ['v1'] } } },
      ['spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems([{}], spec)).toEqual(expected);
  });
});

describe('an update', () => {
  const update = (to: object) => problemsOfUpdate(customResourceDefinitions, manifestOf([{}]), to);
  it('may add a version, which may become the one that is stored', () => {
    expect(update(manifestOf([{ storage: false }, { name: 'v2' }]))).toEqual([]);
  });
  it('keeps versions in which objects may be stored', () => {
    expect(update(manifestOf([{ name: 'v2' }]))).toEqual([
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ]);
  });
  it('keeps what the objects are called', () => {
    const to = manifestOf([{}], { names: { plural: 'tabs', kind: 'CronTab' } });
    expect(update(to)).toContain('spec.names.plural: Invalid value: "tabs": field is immutable');
  });
});

it("a group of Kubernetes' own takes an approval", () => {
  const manifest = (annotations: Record<string, string>) => {
    const of = manifestOf([{}], { group: 'stable.k8s.io' }) as { metadata: object };
    return created(customResourceDefinitions, { ...of, metadata: { name: 'crontabs.stable.k8s.io', annotations } });
  };
  const approval = 'api-approved.kubernetes.io';
  const at = `metadata.annotations[${approval}]`;
  const { validateCreate } = customResourceDefinitionKind;
  const told = (annotations: Record<string, string>) =>
    validateCreate!(manifest(annotations)).map(({ field, type }) => [field, type]);
  expect(told({})).toEqual([[at, 'FieldValueRequired']]);
  expect(told({ [approval]: 'yes' })).toEqual([[at, 'FieldValueInvalid']]);
  expect(told({ [approval]: 'https://example.com/1' })).toEqual([]);
  expect(told({ [approval]: 'unapproved, for a test' })).toEqual([]);
});
