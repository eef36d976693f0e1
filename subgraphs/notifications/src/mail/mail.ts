import type { SendMailOptions } from 'nodemailer';
import type { Delivery } from '../commands/claim-delivery.ts';
import type { DeliveryResult } from '../commands/settle-delivery.ts';
import { htmlMail } from '../domain/html-mail.ts';

/** Where mails go. */
export interface MailTransport {
  /** Sends one mail. Never throws: what went wrong is the result. */
  send(delivery: Delivery): Promise<DeliveryResult>;
  close(): Promise<void>;
}

/**
 * The mail of a delivery. Its Message-ID is derived from the notification, so that a mail which is sent again after a
 * crash is the same mail to whoever receives it.
 */
export function composeMail(delivery: Delivery, from: string): SendMailOptions {
  const { notificationId, copy, subject, body, languageCode } = delivery;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    messageId: `<${notificationId}.${copy}@${domain}>`,
    date: delivery.createdAt,
    from: { name: delivery.merchantName, address: from },
    to: { name: '', address: delivery.address },
    subject,
    text: body,
    html: htmlMail({ subject, body }, languageCode),
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': languageCode },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
