// Owns the audit of what does not come over HTTP: this server's loops, and the dashboard on behalf of who is signed in.
// The policy decides what of it is kept, as for everybody else.
import type { Random } from '@berth/host';
import {
  type Api,
  apiVersionOf,
  type KubeObject,
  type Notices,
  pods,
  type Resource,
  StatusError,
  type UserInfo,
} from '@berth/objects';
import { isRefusal } from '../registry/authorization.ts';
import type { Auditor, AuditTrail } from './auditor.ts';

interface Target {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

interface Asked {
  readonly verb: string;
  readonly resource: Resource<KubeObject>;
  readonly target: Target;
}

/** Requests of their own: without source addresses, and without what an authorizer had for a reason. */
export function auditedApi(api: Api, auditor: Auditor, random: Random): Api {
  const begin = (user: UserInfo, asked: Asked) => {
    const { verb, resource, target } = asked;
    return auditor.begin({
      auditID: random.uuid(),
      requestURI: pathOf(resource, target),
      verb,
      user,
      sourceIPs: [],
      resource: { ...resource, ...target },
    });
  };

  async function once<T>(
    user: UserInfo,
    asked: Asked & { body?: unknown },
    run: (trail?: AuditTrail) => Promise<T>,
  ): Promise<T> {
    const trail = begin(user, asked);
    if (!trail) return run();
    if (asked.body !== undefined) trail.requestBody(asked.body);
    try {
      const answer = await run(trail);
      trail.responseBody(answer);
      allowed(trail);
      trail.completed(asked.verb === 'create' ? 201 : 200);
      return answer;
    } catch (error) {
      failed(trail, error);
      throw error;
    }
  }

  async function lasting<T>(
    user: UserInfo,
    asked: Asked & { signal: AbortSignal },
    run: (trail?: AuditTrail) => Promise<T>,
  ): Promise<T> {
    const trail = begin(user, asked);
    if (!trail) return run();
    try {
      const stream = await run(trail);
      opened(trail, asked.signal);
      return stream;
    } catch (error) {
      failed(trail, error);
      throw error;
    }
  }

  const podStream = (subresource: string, target: Target, signal: AbortSignal) => ({
    verb: subresource === 'log' ? 'get' : 'create',
    resource: pods,
    target: { ...target, subresource },
    signal,
  });

  return {
    get: (user, resource, target) =>
      once(user, { verb: 'get', resource, target }, () => api.get(user, resource, target)),
    list: (user, resource, options) =>
      once(user, { verb: 'list', resource, target: { namespace: options.namespace } }, () =>
        api.list(user, resource, options),
      ),
    watch(user, resource, options) {
      const trail = begin(user, { verb: 'watch', resource, target: { namespace: options.namespace } });
      if (!trail) return api.watch(user, resource, options);
      try {
        const batches = api.watch(user, resource, options);
        opened(trail, options.signal);
        return batches;
      } catch (error) {
        failed(trail, error);
        throw error;
      }
    },
    create: (user, resource, target, body, options) =>
      once(user, { verb: 'create', resource, target, body }, (trail) =>
        api.create(user, resource, target, body, annotating(options, trail)),
      ),
    update: (user, resource, target, body, options) =>
      once(user, { verb: 'update', resource, target, body }, (trail) =>
        api.update(user, resource, target, body, annotating(options, trail)),
      ),
    patch: (user, resource, target, patch, options) =>
      once(user, { verb: 'patch', resource, target, body: patch.body }, (trail) =>
        api.patch(user, resource, target, patch, annotating(options, trail)),
      ),
    delete: (user, resource, target, options) =>
      once(user, { verb: 'delete', resource, target, body: options }, (trail) =>
        api.delete(user, resource, target, annotating(options, trail)),
      ),
    deleteCollection: (user, resource, selection, options) =>
      once(
        user,
        { verb: 'deletecollection', resource, target: { namespace: selection.namespace }, body: options },
        (trail) => api.deleteCollection(user, resource, selection, annotating(options, trail)),
      ),
    log: (user, pod, options, signal) =>
      lasting(user, podStream('log', pod, signal), () => api.log(user, pod, options, signal)),
    exec: (user, pod, options, signal) =>
      lasting(user, podStream('exec', pod, signal), (trail) => api.exec(user, pod, annotating(options, trail), signal)),
    attach: (user, pod, options, signal) =>
      lasting(user, podStream('attach', pod, signal), (trail) =>
        api.attach(user, pod, annotating(options, trail), signal),
      ),
    discover: (user) => api.discover(user),
    portForward: (user, pod, options, signal) =>
      lasting(user, podStream('portforward', pod, signal), (trail) =>
        api.portForward(user, pod, annotating(options, trail), signal),
      ),
  };
}

/** What admission has to say of the request goes to its trail. */
function annotating<O extends Notices>(options: O | undefined, trail: AuditTrail | undefined): O {
  if (!trail) return options ?? ({} as O);
  return { ...options, onAuditAnnotation: (key, value) => trail.annotate(key, value) } as O;
}

function allowed(trail: AuditTrail): void {
  trail.annotate('authorization.k8s.io/decision', 'allow');
}

/** The trail ends with the signal, which is how a caller ends a stream. */
function opened(trail: AuditTrail, signal: AbortSignal): void {
  allowed(trail);
  trail.responseStarted(200);
  const end = () => trail.completed(200);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}

function failed(trail: AuditTrail, error: unknown): void {
  trail.annotate('authorization.k8s.io/decision', isRefusal(error) ? 'forbid' : 'allow');
  if (error instanceof StatusError) trail.completed(error.code, error.toStatus());
  else trail.panicked(new StatusError('InternalError', 'Internal error occurred').toStatus());
}

/** The path by which the same would have come over HTTP. */
function pathOf(resource: Resource<KubeObject>, { namespace, name, subresource }: Target): string {
  const root = resource.group ? `/apis/${apiVersionOf(resource)}` : `/api/${resource.version}`;
  const within = resource.namespaced && namespace ? `/namespaces/${namespace}` : '';
  const named = name ? `/${name}${subresource ? `/${subresource}` : ''}` : '';
  return `${root}${within}/${resource.plural}${named}`;
}
