// Owns the dashboard's part of a server: the gateway, its tables, and what it may ask the scheduler.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGateway } from '@berth/dashboard-api';
import { openDatabase } from '@berth/db';
import type { Component } from '@berth/host';
import type { Access } from './access.ts';
import type { Surroundings } from './api.ts';
import { adminPassword } from './env.ts';
import { createScalePreview } from './scale-preview.ts';
import type { Ready } from './server.ts';

/** Seen from the built program in apps/server/dist. */
const staticDirectory = fileURLToPath(new URL('../../dashboard/out', import.meta.url));

export interface DashboardPart {
  readonly component: Component;
  ready(): Ready;
}

export function createDashboard(surroundings: Surroundings, access: Access): DashboardPart {
  const { options, clock, random, log } = surroundings;
  const client = access.part('dashboard');
  const gateway = createGateway({
    api: (user) => access.person(user),
    client,
    openDatabase: () => openDatabase({ url: options.databaseUrl ?? `file:${join(options.dataDir, 'dashboard.db')}` }),
    previewScale: createScalePreview(client),
    endpoint: () => access.endpoint('dashboard'),
    clock,
    random,
    log: log.child({ part: 'dashboard' }),
    staticDirectory,
    host: options.dashboardAddress,
    port: options.dashboardPort,
    hostNames: options.hostNames,
    mostConnections: surroundings.connections.dashboard,
    adminPassword: adminPassword(),
  });
  return {
    component: gateway,
    ready: () => ({ dashboard: gateway.url, setupLink: gateway.setUpUrl }),
  };
}
