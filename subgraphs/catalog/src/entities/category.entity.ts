import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const CategorySchema = defineEntity({
  name: 'Category',
  ...tenantTable('catalog', 'category'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    handle: p.text(),
    name: p.text(),
    parentId: p.uuid().nullable(),
  },
  uniques: [{ properties: ['tenantId', 'handle'] }],
  indexes: [{ properties: ['tenantId', 'parentId'] }],
});

/** A node of the merchant's product tree. */
export class Category extends CategorySchema.class {}
CategorySchema.setClass(Category);
