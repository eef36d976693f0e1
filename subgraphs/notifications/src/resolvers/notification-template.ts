import { actorRef, codedError, decodeId, encodeId, tenantOf } from '@ordergraph/subgraph-server';
import type { NotificationTemplateResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { htmlMail } from '../domain/html-mail.ts';
import { canonicalLanguage } from '../domain/languages.ts';
import { inventedOccasion, inventedOrder, orderValues } from '../domain/order-values.ts';
import { inventedNewsOf, pointsValues } from '../domain/points-values.ts';
import { render, unknownVariables } from '../domain/template.ts';
import { variablesOf } from '../domain/topics.ts';
import { MerchantCopy } from '../entities/merchant-copy.entity.ts';
import { OrderCopy } from '../entities/order-copy.entity.ts';
import { Template } from '../entities/template.entity.ts';
import { loadersOf } from './loaders.ts';

export const notificationTemplate: QueryResolvers['notificationTemplate'] = async (_parent, { id }, context) => {
  const templateId = decodeId('NotificationTemplate', id);
  return templateId ? loadersOf(context).template.load(templateId) : null;
};

export const notificationTemplates: QueryResolvers['notificationTemplates'] = (_parent, _arguments, context) =>
  context.em.find(Template, {}, { orderBy: { topic: 'asc', channel: 'asc', languageCode: 'asc' }, limit: 500 });

export const notificationTemplatePreview: QueryResolvers['notificationTemplatePreview'] = async (
  _parent,
  { input, orderId },
  context,
) => {
  const { topic, subject, body } = input;
  const languageCode = canonicalLanguage(input.languageCode);
  if (!languageCode) throw codedError('BAD_USER_INPUT', `${input.languageCode} is not a language tag.`);
  const id = orderId == null ? null : decodeId('Order', orderId);
  const order = id ? await context.em.findOne(OrderCopy, { id }) : null;
  if (orderId != null && !order) throw codedError('BAD_USER_INPUT', 'There is no order with this id to fill in.');
  const merchant = await context.em.findOne(MerchantCopy, { tenantId: tenantOf(context) });

  const facts = order ?? inventedOrder;
  // What a refund of this order would say: all of it; and its first parcel.
  const occasion = order
    ? { refunded: order.totals.grandTotal, shipmentNumber: `${order.number}-1` }
    : inventedOccasion;
  const known = variablesOf(topic);
  const merchantName = merchant?.name ?? 'Example';
  const news = inventedNewsOf(topic);
  const values = news
    ? pointsValues(news, merchantName, languageCode)
    : orderValues(facts, merchantName, languageCode, occasion);
  const ownValues = Object.fromEntries(Object.entries(values).filter(([name]) => known.includes(name)));
  const words = render({ subject, body }, ownValues);
  return {
    ...words,
    html: htmlMail(words, languageCode),
    unknownVariables: unknownVariables({ subject, body }, known),
  };
};

export const NotificationTemplate: NotificationTemplateResolvers = {
  __resolveReference: ({ id }, context) => {
    const templateId = decodeId('NotificationTemplate', id);
    return templateId ? loadersOf(context).template.load(templateId) : null;
  },
  id: (row) => encodeId('NotificationTemplate', row.id),
  variables: (row) => variablesOf(row.topic),
  updatedBy: (row) => actorRef(row.updatedBy),
};
