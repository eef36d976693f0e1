import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { Disposition } from '../domain/refund-quote.ts';

export type ReturnStatus = 'REQUESTED' | 'APPROVED' | 'DECLINED' | 'IN_TRANSIT' | 'RECEIVED' | 'CLOSED' | 'CANCELLED';

/** Units of one order line that come back. */
export interface StoredReturnLine {
  readonly id: string;
  readonly orderLineId: string;
  readonly quantity: number;
  readonly receivedQuantity: number;
  readonly reason: 'UNWANTED' | 'DEFECTIVE' | 'WRONG_ITEM' | 'NOT_AS_DESCRIBED' | 'DAMAGED_IN_TRANSIT' | 'OTHER';
  readonly note: string | null;
  readonly disposition: Disposition | null;
}

const ReturnSchema = defineEntity({
  name: 'Return',
  ...tenantTable('orders', 'return'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    orderId: p.uuid(),
    status: p.text().$type<ReturnStatus>(),
    lines: p.json<StoredReturnLine[]>(),
    refundId: p.uuid().nullable(),
    requestedAt: p.datetime(3),
    updatedAt: p.datetime(3),
    version: p.integer().version(),
  },
  indexes: [{ properties: ['tenantId', 'orderId'] }, { properties: ['tenantId', 'requestedAt', 'id'] }],
});

/** Goods on their way back. */
export class Return extends ReturnSchema.class {}
ReturnSchema.setClass(Return);
