import { decodeId, once, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { resendNotification } from '../commands/resend-notification.ts';
import { loadersOf } from './loaders.ts';

export const notificationResend: MutationResolvers['notificationResend'] = async (_parent, { input }, context) => {
  const call = {
    operation: 'notificationResend',
    key: input.idempotencyKey,
    input: { id: input.id },
    actor: `${context.viewer.actor.type}:${context.viewer.actor.id}`,
  };
  const { value, refusals } = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'notifications', call, () => resendNotification(tx, decodeId('Notification', input.id))),
    ),
  );
  return {
    notification: value ? await loadersOf(context).notification.load(value.notificationId) : null,
    userErrors: [...(refusals ?? [])],
  };
};
