// Owns the removal of everything that Berth's proxy programmed on a machine.
import { defaultTable } from './create-proxy.ts';
import { removeTable } from './rules/nftables.ts';

export function removeServiceRules(table: string = defaultTable): Promise<void> {
  return removeTable(table);
}
