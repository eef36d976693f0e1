import { customerOf, isStaffOrApp, type RequestContext } from '@ordergraph/subgraph-server';

/** Whether the caller may name this customer: staff and apps any, a customer only themselves, guests nobody. */
export function reaches(context: RequestContext, customerId: string): boolean {
  return isStaffOrApp(context) || customerOf(context) === customerId;
}
