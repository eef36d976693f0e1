import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const ProductCopySchema = defineEntity({
  name: 'ProductCopy',
  ...tenantTable('loyalty', 'product_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    categoryId: p.uuid().strictNullable(),
  },
});

/** In which category a product is, from catalog: earning rules look at it. */
export class ProductCopy extends ProductCopySchema.class {}
ProductCopySchema.setClass(ProductCopy);
