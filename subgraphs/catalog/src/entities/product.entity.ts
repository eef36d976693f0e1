import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/** A picture as it is stored. */
export interface StoredMedia {
  readonly url: string;
  readonly altText: string;
}

/** Whether a product is on sale. */
export type ProductStatus = 'DRAFT' | 'ACTIVE' | 'ARCHIVED';

const ProductSchema = defineEntity({
  name: 'Product',
  ...tenantTable('catalog', 'product'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    handle: p.text(),
    title: p.text(),
    description: p.text().nullable(),
    status: p.text().$type<ProductStatus>(),
    categoryId: p.uuid().nullable(),
    tags: p.array(),
    media: p.json<StoredMedia[]>(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    version: p.integer().version(),
  },
  uniques: [{ properties: ['tenantId', 'handle'] }],
  indexes: [
    { properties: ['tenantId', 'createdAt', 'id'] },
    { properties: ['tenantId', 'updatedAt', 'id'] },
    { properties: ['tenantId', 'title', 'id'] },
    { properties: ['tenantId', 'categoryId'] },
  ],
});

/** Something for sale, in one or more variants. */
export class Product extends ProductSchema.class {}
ProductSchema.setClass(Product);
