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
  indexes: [{ properties: ['tenantId', 'id'] }],
});

const CategoryCopySchema = defineEntity({
  name: 'CategoryCopy',
  ...tenantTable('loyalty', 'category_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    parentId: p.uuid().strictNullable(),
  },
  indexes: [{ properties: ['tenantId', 'id'] }],
});

/** Which categories there are and what they lie in, from catalog: a rule names none that is not there, and means those below. */
export class CategoryCopy extends CategoryCopySchema.class {}
CategoryCopySchema.setClass(CategoryCopy);

/** In which category a product is, from catalog: earning rules look at it. */
export class ProductCopy extends ProductCopySchema.class {}
ProductCopySchema.setClass(ProductCopy);
