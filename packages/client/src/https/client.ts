// Owns the HTTPS transport: the client interfaces over a connection to an API server.
import {
  type AttachOptions,
  type KubeObject,
  type ListOptions,
  type ObjectList,
  pods,
  type Resource,
  type Scale,
  type Status,
  StatusError,
  serviceAccounts,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from '@berth/objects';
import type { Client } from '../interfaces.ts';
import { bindingOf, nameOf, tokenRequestOf } from '../requests.ts';
import { openChannels, openPort } from './channels.ts';
import type { Connection } from './connection.ts';
import { discover } from './discovery.ts';
import { linesOf } from './lines.ts';
import { collectionPath, objectPath, type Query, queryString } from './paths.ts';

type WireEvent<T extends KubeObject> = WatchEvent<T> | { readonly type: 'ERROR'; readonly object: Partial<Status> };

export function httpsClient(connection: Connection): Client {
  return {
    discover: () => discover(connection),
    async get(resource, target) {
      return parsed(await connection.json(objectPath(resource, target)));
    },
    async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}) {
      const { namespace, ...query } = options;
      const path = collectionPath(resource, namespace) + queryString(query);
      // The items of a list go without kind and apiVersion over the wire.
      const list = (await connection.json(path)) as ObjectList<T> & { apiVersion: string; kind: string };
      const typeMeta = { kind: resource.kind, apiVersion: list.apiVersion };
      return { metadata: list.metadata, items: list.items.map((item) => ({ ...typeMeta, ...item })) };
    },
    async *watch<T extends KubeObject>(
      resource: Resource<T>,
      options: WatchOptions,
    ): AsyncIterable<readonly WatchEvent<T>[]> {
      const { namespace, signal, sendInitialEvents, ...query } = options;
      const initial = sendInitialEvents ? { sendInitialEvents, resourceVersionMatch: 'NotOlderThan' } : {};
      const path = collectionPath(resource, namespace) + queryString({ watch: true, ...initial, ...query });
      try {
        for await (const lines of linesOf(await connection.bytes(path, signal)))
          yield lines.map((line) => event<T>(line));
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    async create(resource, object, options = {}) {
      const { namespace, ...write } = options;
      const path = collectionPath(resource, namespace ?? object.metadata.namespace) + writeQuery(write);
      return parsed(await connection.json(path, { method: 'POST', body: object }));
    },
    async update(resource, object, { subresource, ...options } = {}) {
      const path = objectPath(resource, { ...nameOf(object), subresource }) + writeQuery(options);
      return parsed(await connection.json(path, { method: 'PUT', body: object }));
    },
    async updateStatus(resource, object, options) {
      const path = objectPath(resource, { ...nameOf(object), subresource: 'status' }) + writeQuery(options);
      return parsed(await connection.json(path, { method: 'PUT', body: object }));
    },
    async patch(resource, target, patch, options) {
      const path = objectPath(resource, target) + writeQuery(options);
      const request = { method: 'PATCH', body: patch.body, contentType: patch.type } as const;
      return parsed(await connection.json(path, request));
    },
    async delete(resource, target, options) {
      return parsed(await connection.json(objectPath(resource, target), { method: 'DELETE', body: options }));
    },
    async getScale(resource, target) {
      return (await connection.json(objectPath(resource, { ...target, subresource: 'scale' }))) as Scale;
    },
    async updateScale(resource, target, scale) {
      const path = objectPath(resource, { ...target, subresource: 'scale' });
      return (await connection.json(path, { method: 'PUT', body: scale })) as Scale;
    },
    async bind(pod, node) {
      const path = objectPath(pods, { namespace: pod.namespace, name: pod.name, subresource: 'binding' });
      await connection.json(path, { method: 'POST', body: bindingOf(pod, node) });
    },
    async requestToken(account, spec) {
      const path = objectPath(serviceAccounts, { ...account, subresource: 'token' });
      return parsed(await connection.json(path, { method: 'POST', body: tokenRequestOf(account, spec) }));
    },
    log: (pod, options, signal) =>
      connection.bytes(objectPath(pods, { ...pod, subresource: 'log' }) + queryString({ ...options }), signal),
    exec(pod, options, signal) {
      const path = objectPath(pods, { ...pod, subresource: 'exec' }) + queryString(streamsOf(options));
      return openChannels(connection, path, signal);
    },
    attach(pod, options, signal) {
      const path = objectPath(pods, { ...pod, subresource: 'attach' }) + queryString(streamsOf(options));
      return openChannels(connection, path, signal);
    },
    async portForward(pod, signal) {
      const path = objectPath(pods, { ...pod, subresource: 'portforward' });
      return { connect: (ports) => openPort(connection, path + queryString({ ports }), signal) };
    },
  };
}

/** A terminal has one output. */
function streamsOf(options: AttachOptions): Query {
  return { stdin: false, stdout: true, stderr: !options.tty, ...options };
}

function writeQuery(options: WriteOptions = {}): string {
  const { dryRun, fieldValidation, fieldManager } = options;
  return queryString({ dryRun: dryRun ? 'All' : undefined, fieldValidation, fieldManager });
}

/** The API server answers what was asked for, or a Status that `connection` has thrown already. */
function parsed<T extends KubeObject>(answer: unknown): T {
  return answer as T;
}

function event<T extends KubeObject>(line: string): WatchEvent<T> {
  const parsedEvent = JSON.parse(line) as WireEvent<T>;
  if (parsedEvent.type === 'ERROR') throw StatusError.from(parsedEvent.object);
  return parsedEvent;
}
