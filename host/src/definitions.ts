import type { SubgraphName } from '@ordergraph/schema';
import type { SubgraphDefinition } from '@ordergraph/subgraph-server';

// Loaded one by one, so that a part that runs alone does not pay for the others.
const load: Record<SubgraphName, () => Promise<{ definition: SubgraphDefinition }>> = {
  accounts: () => import('@ordergraph/accounts-subgraph'),
  customers: () => import('@ordergraph/customers-subgraph'),
  catalog: () => import('@ordergraph/catalog-subgraph'),
  inventory: () => import('@ordergraph/inventory-subgraph'),
  orders: () => import('@ordergraph/orders-subgraph'),
  payments: () => import('@ordergraph/payments-subgraph'),
  loyalty: () => import('@ordergraph/loyalty-subgraph'),
  logistics: () => import('@ordergraph/logistics-subgraph'),
  notifications: () => import('@ordergraph/notifications-subgraph'),
};

/** The definitions of the named subgraphs, in the given order. */
export async function loadDefinitions(names: readonly SubgraphName[]): Promise<SubgraphDefinition[]> {
  const modules = await Promise.all(names.map((name) => load[name]()));
  return modules.map(({ definition }) => definition);
}
