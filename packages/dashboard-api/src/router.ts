// Owns the root router: composes the nouns, nothing else.
import { auditRouter as audit } from './routers/audit.ts';
import { eventsRouter as events } from './routers/events.ts';
import { manifestsRouter as manifests } from './routers/manifests.ts';
import { namespacesRouter as namespaces } from './routers/namespaces.ts';
import { nodesRouter as nodes } from './routers/nodes.ts';
import { podsRouter as pods } from './routers/pods.ts';
import { replicationControllersRouter as replicationControllers } from './routers/replication-controllers.ts';
import { servicesRouter as services } from './routers/services.ts';
import { sessionRouter as session } from './routers/session.ts';
import { tokensRouter as tokens } from './routers/tokens.ts';
import { viewsRouter as views } from './routers/views.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  audit,
  events,
  manifests,
  namespaces,
  nodes,
  pods,
  replicationControllers,
  services,
  session,
  tokens,
  views,
});

export type AppRouter = typeof appRouter;
