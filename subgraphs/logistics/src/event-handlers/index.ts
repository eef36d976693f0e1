import type { EventHandlers } from '@ordergraph/events';
import { endOrder, resumeShipments, stopShipments } from '../commands/cancel-shipment.ts';
import { confirmOrder, keepAllocation, keepOrder, noteHold } from '../commands/keep-order.ts';
import { prepareReturn } from '../commands/prepare-return.ts';
import { prepareShipments } from '../commands/prepare-shipments.ts';
import { withdrawUnits } from '../commands/withdraw-units.ts';

/** All that logistics listens to: facts of orders and where their goods lie, then the sagas' commands. */
export const handlers: EventHandlers = {
  OrderCreated: keepOrder,
  OrderConfirmed: (tx, { orderId }) => confirmOrder(tx, orderId),
  OrderHoldChanged: (tx, { orderId, holdId, isHeld }) => noteHold(tx, orderId, holdId, isHeld),
  OrderCancelled: (tx, { orderId }) => endOrder(tx, orderId),
  StockAllocated: keepAllocation,
  StockRestocked: withdrawUnits,

  PrepareShipment: prepareShipments,
  PrepareReturnShipment: prepareReturn,
  StopShipment: (tx, { orderId, reason }) => stopShipments(tx, orderId, reason),
  ResumeShipment: (tx, { orderId }) => resumeShipments(tx, orderId),
};
