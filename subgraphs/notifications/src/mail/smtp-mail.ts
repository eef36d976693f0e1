import { createTransport, type NodemailerError } from 'nodemailer';
import type { DeliveryResult } from '../commands/settle-delivery.ts';
import { withoutAddress } from '../domain/delivery.ts';
import { composeMail, type MailTransport } from './mail.ts';

// Together far below the lease of a delivery: a mail that is still being sent is never sent by another.
const connectionTimeout = 10_000;
const greetingTimeout = 10_000;
const socketTimeout = 30_000;

/** Sends through a mail server, over a few connections that are kept open. */
export function openSmtpMail(url: string, from: string): MailTransport {
  const server = createTransport({
    url,
    pool: true,
    maxConnections: 5,
    connectionTimeout,
    greetingTimeout,
    socketTimeout,
  });
  return {
    async send(delivery) {
      try {
        await server.sendMail(composeMail(delivery, from));
        return { status: 'accepted' };
      } catch (error) {
        return resultOf(error, delivery.address);
      }
    },
    close: async () => server.close(),
  };
}

/**
 * The server refuses for good with 5xx, and only as an answer to the recipient or to the mail itself: a 5xx to our
 * greeting, sign-in or sender is a fault of the settings, which somebody may repair before the retries are used up.
 */
function resultOf(error: unknown, address: string): DeliveryResult {
  if (!(error instanceof Error)) return { status: 'failed', error: withoutAddress(String(error), address) };
  // What `sendMail` throws; an error of another kind has neither field.
  const { responseCode = 0, command } = error as NodemailerError;
  const isForGood = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
  return { status: isForGood ? 'refused' : 'failed', error: withoutAddress(error.message, address) };
}
