import { aViewer, expectData, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';

export type Caller = ReturnType<typeof aViewer>;

export const aStaffMember = (tenantId?: string): Caller =>
  aViewer({ ...(tenantId ? { tenantId } : {}), scopes: ['read_catalog', 'write_catalog'] });

export const aShopper = (tenantId: string | null): Caller => aViewer({ tenantId, type: 'ANONYMOUS' });

export interface UserError {
  code: string;
  field: string[] | null;
  message: string;
}

export interface ProductNode {
  id: string;
  handle: string;
  title: string;
  version: number;
  status: string;
  variants: { nodes: { id: string; sku: string }[] };
}

const productFields =
  'id handle title description status tags version media { url altText } category { id } variants { nodes { id sku } }';
const errors = 'userErrors { code field message }';

const create = `mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { ${productFields} } ${errors} } }`;
const update = `mutation ($input: ProductUpdateInput!) { productUpdate(input: $input) { product { ${productFields} } ${errors} } }`;
const archive = `mutation ($input: ProductArchiveInput!) { productArchive(input: $input) { product { ${productFields} } ${errors} } }`;
const upsert = `mutation ($input: ProductVariantsUpsertInput!) { productVariantsUpsert(input: $input) {
  productVariants { id sku title barcode weightGrams taxCode basePrices { amount currencyCode } options { name value } product { id } } ${errors} } }`;
const category = `mutation ($input: CategoryUpsertInput!) { categoryUpsert(input: $input) { category { id handle name parent { id } } ${errors} } }`;

/** A product with a handle, a SKU and a key of its own. */
export function aProduct(over: object = {}) {
  const own = newId();
  return { handle: `p-${own}`, title: 'Mug', status: 'ACTIVE', idempotencyKey: own, variants: [aVariant()], ...over };
}

/** A variant with a SKU of its own. */
export const aVariant = (over: object = {}) => ({
  sku: `S-${newId()}`,
  title: 'One size',
  basePrices: [{ amount: '9.50', currencyCode: 'EUR' }],
  ...over,
});

export interface ProductAnswer {
  product: ProductNode | null;
  userErrors: UserError[];
}

/** The mutations of catalog, by one caller. */
export function mutations(house: TestHouse, caller: Caller) {
  async function send<Answer>(query: string, name: string, input: object): Promise<Answer> {
    const data = expectData<Record<string, Answer>>(await house.execute('catalog', caller, query, { input }));
    const answer = data[name];
    if (!answer) throw new Error(`Expected ${name} in ${JSON.stringify(data)}`);
    return answer;
  }
  return {
    create: (input: object) => send<ProductAnswer>(create, 'productCreate', input),
    update: (input: object) => send<ProductAnswer>(update, 'productUpdate', input),
    archive: (input: object) => send<ProductAnswer>(archive, 'productArchive', input),
    upsert: (input: object) =>
      send<{ productVariants: { id: string; sku: string; title: string }[] | null; userErrors: UserError[] }>(
        upsert,
        'productVariantsUpsert',
        { idempotencyKey: newId(), ...input },
      ),
    category: (input: object) =>
      send<{ category: { id: string; handle: string; parent: { id: string } | null } | null; userErrors: UserError[] }>(
        category,
        'categoryUpsert',
        input,
      ),
    /** Creates a product and returns it. */
    async product(over: object = {}): Promise<ProductNode> {
      const { product, userErrors } = await this.create(aProduct(over));
      if (!product) throw new Error(`Expected a product, got ${JSON.stringify(userErrors)}`);
      return product;
    },
    /** Creates a category and returns its id. */
    async categoryId(handle: string, parentId?: string): Promise<string> {
      const { category: made, userErrors } = await this.category({ handle, name: handle, parentId });
      if (!made) throw new Error(`Expected a category, got ${JSON.stringify(userErrors)}`);
      return made.id;
    },
  };
}

/** The bare id inside an opaque one. */
export const bareId = (opaque: string): string => Buffer.from(opaque, 'base64url').toString().split(':')[1] ?? '';

/** An id of a type that names nothing. */
export const noId = (type: string): string => Buffer.from(`${type}:${newId()}`).toString('base64url');

/** The payloads that catalog published for a tenant, oldest first. */
export async function published(
  house: TestHouse,
  tenantId: string | null,
  type: string,
): Promise<Record<string, unknown>[]> {
  const rows = await house
    .subgraph('catalog')
    .runtime.crossTenant<{ payload: Record<string, unknown> }>(
      'select payload from "catalog"."outbox" where tenant_id = $1 and type = $2 order by id',
      [tenantId, type],
    );
  return rows.map(({ payload }) => payload);
}
