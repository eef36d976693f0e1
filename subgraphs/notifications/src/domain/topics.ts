/** What a customer may be told about. */
export const topics = [
  'ORDER_CONFIRMED',
  'ORDER_CANCELLED',
  'ORDER_FAILED',
  'PAYMENT_FAILED',
  'REFUND_ISSUED',
  'SHIPMENT_DISPATCHED',
  'SHIPMENT_ARRIVING',
  'SHIPMENT_DELIVERED',
  'SHIPMENT_DELAYED',
  'POINTS_EARNED',
  'POINTS_CORRECTED',
  'POINTS_EXPIRING',
  'TIER_CHANGED',
] as const;
export type Topic = (typeof topics)[number];

/** Which way it reaches them. */
export const channels = ['EMAIL', 'IN_APP'] as const;
export type Channel = (typeof channels)[number];

// A contract is confirmed, and its end and the money that comes back are told, whether or not the customer likes mail.
const mandatory: ReadonlySet<Topic> = new Set<Topic>(['ORDER_CONFIRMED', 'ORDER_CANCELLED', 'REFUND_ISSUED']);

/** Whether the customer cannot switch the topic off on the channel. */
export const isMandatory = (topic: Topic, channel: Channel): boolean => channel === 'EMAIL' && mandatory.has(topic);

const common = ['merchant.name'];
const aboutOrder = ['order.number', 'order.total'];

const ownVariables: Readonly<Record<Topic, readonly string[]>> = {
  ORDER_CONFIRMED: [...aboutOrder, 'order.lines', 'order.subtotal', 'order.shipping', 'order.tax'],
  ORDER_CANCELLED: aboutOrder,
  ORDER_FAILED: aboutOrder,
  PAYMENT_FAILED: aboutOrder,
  REFUND_ISSUED: [...aboutOrder, 'refund.amount'],
  SHIPMENT_DISPATCHED: [...aboutOrder, 'shipment.number', 'shipment.trackingUrl'],
  SHIPMENT_ARRIVING: [...aboutOrder, 'shipment.number'],
  SHIPMENT_DELIVERED: [...aboutOrder, 'shipment.number'],
  SHIPMENT_DELAYED: [...aboutOrder, 'shipment.number'],
  POINTS_EARNED: ['points.earned', 'points.available'],
  POINTS_CORRECTED: ['points.change', 'points.available', 'points.reason'],
  POINTS_EXPIRING: ['points.expiring', 'points.expiresOn'],
  TIER_CHANGED: ['tier.name'],
};

/** The variables that a template of the topic may use. None of them is a person's name or address. */
export const variablesOf = (topic: Topic): readonly string[] => [...common, ...ownVariables[topic]];
