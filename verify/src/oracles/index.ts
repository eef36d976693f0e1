import type { Oracle } from '../oracle.ts';
import { messages } from './messages.ts';
import { money } from './money.ts';
import { notifications } from './notifications.ts';
import { orders } from './orders.ts';
import { points } from './points.ts';
import { sagas } from './sagas.ts';
import { shipments } from './shipments.ts';
import { stock } from './stock.ts';
import { tenancy } from './tenancy.ts';

/** All oracles, in the order of the report. */
export const oracles: readonly Oracle[] = [
  ...messages,
  ...sagas,
  ...orders,
  ...stock,
  ...shipments,
  ...money,
  ...points,
  ...notifications,
  ...tenancy,
];
