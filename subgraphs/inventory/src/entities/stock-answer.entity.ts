import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const StockAnswerSchema = defineEntity({
  name: 'StockAnswer',
  ...tenantTable('inventory', 'answer'),
  properties: {
    tenantId: p.uuid().primary(),
    commandKey: p.text().primary(),
    cartId: p.uuid(),
    orderId: p.uuid().nullable(),
    type: p.text(),
    payload: p.json<unknown>(),
    answeredAt: p.datetime(3),
  },
  indexes: [
    // An order that gave its stock back never gets any again.
    {
      name: 'answer_released_index',
      properties: ['tenantId', 'orderId'],
      expression:
        'create index "answer_released_index" on "inventory"."answer" ("tenant_id", "order_id") where "type" = \'StockReleased\'',
    },
  ],
});

/** What a saga's command was answered with; a repetition of the command is answered with it again. */
export class StockAnswer extends StockAnswerSchema.class {}
StockAnswerSchema.setClass(StockAnswer);
