import { aViewer, expectData, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';

export type Staff = ReturnType<typeof aViewer>;

export const aStaffMember = (tenantId?: string): Staff =>
  aViewer({ ...(tenantId ? { tenantId } : {}), scopes: ['read_customers', 'write_customers'] });

export interface UserError {
  code: string;
  field: string[] | null;
  message: string;
}

export interface CreateAnswer {
  customerCreate: { customer: { id: string; email: string; version: number } | null; userErrors: UserError[] };
}

export const create = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) {
    customer { id email firstName lastName phone languageCode acceptsMarketing version }
    userErrors { code field message }
  }
}`;

/** An input with an email of its own, and a key of its own. */
export const aCustomer = (over: object = {}) => ({
  email: `c-${newId()}@example.org`,
  idempotencyKey: newId(),
  ...over,
});

/** Creates a customer and returns the opaque id. */
export async function createdBy(house: TestHouse, viewer: Staff, over: object = {}): Promise<string> {
  const answer = expectData<CreateAnswer>(await house.execute('customers', viewer, create, { input: aCustomer(over) }));
  const id = answer.customerCreate.customer?.id;
  if (!id) throw new Error(`Expected a customer, got ${JSON.stringify(answer)}`);
  return id;
}

/** The bare id inside an opaque one. */
export const bareId = (opaque: string): string => Buffer.from(opaque, 'base64url').toString().split(':')[1] ?? '';

/** What stands in the outbox of customers for a tenant, oldest first. */
export async function published(house: TestHouse, tenantId: string, type: string): Promise<Record<string, unknown>[]> {
  const rows = await house
    .subgraph('customers')
    .runtime.crossTenant<{ payload: Record<string, unknown> }>(
      'select payload from "customers"."outbox" where tenant_id = $1 and type = $2 order by id',
      [tenantId, type],
    );
  return rows.map(({ payload }) => payload);
}
