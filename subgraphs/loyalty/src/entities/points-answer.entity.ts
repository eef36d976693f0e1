import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const PointsAnswerSchema = defineEntity({
  name: 'PointsAnswer',
  ...tenantTable('loyalty', 'answer'),
  properties: {
    tenantId: p.uuid().primary(),
    commandKey: p.text().primary(),
    type: p.text(),
    payload: p.json<unknown>(),
    answeredAt: p.datetime(3),
  },
});

/** What a saga's command was answered with; a repetition of the command is answered with it again. */
export class PointsAnswer extends PointsAnswerSchema.class {}
PointsAnswerSchema.setClass(PointsAnswer);
