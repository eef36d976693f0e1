import { useApolloClient } from '@apollo/client/react';
import {
  StorefrontInboxDocument,
  StorefrontNotificationReceivedDocument,
  type LetterFragment,
  type StorefrontInboxQuery,
} from '../../generated/operations.ts';
import { useLive } from '../live/use-live.ts';
import { setUnread } from './use-unread.ts';

export const inboxPage = { first: 30, after: null };

/** Keeps the inbox live: the number of unread letters, and the letters where they are listed. Shows nothing itself. */
export function LiveInbox() {
  const client = useApolloClient();
  useLive(StorefrontNotificationReceivedDocument, {
    variables: {},
    cursorOf: ({ notificationReceived }) => notificationReceived.cursor,
    onUpdate({ notificationReceived: { unreadCount, notifications } }) {
      setUnread(unreadCount);
      client.cache.updateQuery({ query: StorefrontInboxDocument, variables: inboxPage }, (known) =>
        withLetters(known, notifications),
      );
    },
  });
  return null;
}

/** The inbox with letters on top that were not there. */
function withLetters(
  known: StorefrontInboxQuery | null,
  letters: readonly LetterFragment[],
): StorefrontInboxQuery | undefined {
  const list = known?.me?.notifications;
  if (!known?.me || !list) return undefined;
  const added = letters.filter(({ id }) => !list.nodes.some((letter) => letter.id === id));
  if (added.length === 0) return undefined;
  return { ...known, me: { ...known.me, notifications: { ...list, nodes: [...added, ...list.nodes] } } };
}
