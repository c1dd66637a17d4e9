// Owns the loop that keeps the rules of aggregated cluster roles, such as `admin`, as the roles that they gather.
import type { Component } from '@berth/host';
import { clusterRoles } from '@berth/objects';
import { createLoop } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { aggregatedRules, sameRules } from './decide.ts';

export function createClusterRoleAggregationLoop(context: ControllerContext): Component {
  const { client, clock, informers, log, random } = context;
  const aggregated = () => informers.clusterRoles.list().filter(({ aggregationRule }) => aggregationRule);
  return createLoop({
    name: 'cluster-role-aggregation',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 1,
    observe(keys) {
      const touchAll = () => {
        for (const { metadata } of aggregated()) keys.add(metadata.name);
      };
      touchAll();
      // Any role may be, or have been, of those that another gathers; there are few, and they change rarely.
      return [informers.clusterRoles.onChange(touchAll)];
    },
    async reconcile(name) {
      const role = informers.clusterRoles.get(name);
      const rules = role && aggregatedRules(role, informers.clusterRoles.list());
      if (!role || !rules || sameRules(role.rules ?? [], rules)) return undefined;
      await unlessGone(client.update(clusterRoles, { ...role, rules }));
      return undefined;
    },
  });
}
