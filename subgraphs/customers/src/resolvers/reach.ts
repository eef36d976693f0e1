import { codedError, customerOf, isStaffOrApp, type RequestContext } from '@ordergraph/subgraph-server';

/** Whether the caller may name this customer: staff and apps any, a customer only themselves, guests nobody. */
export function reaches(context: RequestContext, customerId: string): boolean {
  return isStaffOrApp(context) || customerOf(context) === customerId;
}

/**
 * The same for a customer that is reached through another record, such as an order: no root field of customers has asked
 * for the scope then, and whoever may read orders must not read on into everybody's address.
 */
export function reachesByReference(context: RequestContext, customerId: string): boolean {
  const scope = 'read_customers';
  if (isStaffOrApp(context) && !context.viewer.scopes.includes(scope)) {
    throw codedError('FORBIDDEN', `A customer's data needs the scope ${scope}, which the token does not hold.`, {
      requiredScopes: [scope],
    });
  }
  return reaches(context, customerId);
}
