// Kinds that are defined in the cluster, used like any other.
import type { Group } from './case.ts';

const replacing = ['GROUP', '{ns}.example.com'] as const;

export const custom: Group = {
  name: 'custom',
  cases: [
    {
      does: 'define a kind',
      command: 'create -f -',
      input: 'crd.yaml',
      replacing,
      prints: 'customresourcedefinition.apiextensions.k8s.io/lights.{ns}.example.com created',
    },
    {
      does: 'wait until it is served',
      command: 'wait --for=condition=Established crd/lights.{ns}.example.com --timeout=30s',
      prints: 'customresourcedefinition.apiextensions.k8s.io/lights.{ns}.example.com condition met',
      leaves: {
        'api-resources --api-group={ns}.example.com -o name': 'lights.{ns}.example.com',
      },
    },
    {
      does: 'apply',
      command: 'apply -f -',
      input: 'light.yaml',
      replacing,
      prints: 'light.{ns}.example.com/one created',
      leaves: { "get lights.{ns}.example.com one -o 'jsonpath={.spec}'": '{"colour":"red","lamps":1}' },
    },
    {
      does: 'apply again',
      command: 'apply -f -',
      input: 'light.yaml',
      replacing,
      prints: 'light.{ns}.example.com/one unchanged',
    },
    {
      does: 'apply what its schema forbids',
      command: 'apply -f -',
      input: 'light-wrong.yaml',
      replacing,
      complains: 'The Light "one" is invalid: spec.colour: Unsupported value: "green": supported values: "red", "blue"',
      code: 1,
    },
    {
      does: 'get, with columns of its own',
      command: 'get lights.{ns}.example.com',
      prints: `
        NAME  COLOUR
        one   red
      `,
    },
    {
      does: 'explain',
      command: 'explain lights.spec.colour --api-version={ns}.example.com/v1',
      contains: `
        FIELD: colour <string>
        What it shows.
      `,
      since: '1.27',
    },
    {
      does: 'describe',
      command: 'describe lights.{ns}.example.com one',
      contains: `
        Name: one
        Kind: Light
        Spec:
        Colour: red
        Lamps: 1
      `,
    },
    {
      does: 'label',
      command: 'label lights.{ns}.example.com one tier=front',
      prints: 'light.{ns}.example.com/one labeled',
    },
    {
      does: 'patch, merge',
      command: `patch lights.{ns}.example.com one --type=merge -p '{"spec":{"colour":"blue"}}'`,
      prints: 'light.{ns}.example.com/one patched',
      leaves: { "get lights.{ns}.example.com one -o 'jsonpath={.spec.colour}'": 'blue' },
    },
    {
      does: 'scale',
      command: 'scale lights.{ns}.example.com one --replicas=3',
      prints: 'light.{ns}.example.com/one scaled',
      leaves: { "get lights.{ns}.example.com one -o 'jsonpath={.spec.lamps}'": '3' },
    },
    {
      does: 'apply on the server’s side',
      command: 'apply --server-side --force-conflicts -f -',
      input: 'light.yaml',
      replacing,
      prints: 'light.{ns}.example.com/one serverside-applied',
      leaves: { "get lights.{ns}.example.com one -o 'jsonpath={.spec}'": '{"colour":"red","lamps":3}' },
    },
    {
      does: 'forget the kind, and all that is of it',
      command: 'delete crd lights.{ns}.example.com',
      prints: 'customresourcedefinition.apiextensions.k8s.io "lights.{ns}.example.com" deleted',
      leaves: { 'get crd lights.{ns}.example.com --ignore-not-found': '' },
    },
  ],
};
