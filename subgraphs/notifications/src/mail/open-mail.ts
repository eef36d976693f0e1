import type { Settings } from '@ordergraph/subgraph-server';
import { openFileMail } from './file-mail.ts';
import type { MailTransport } from './mail.ts';
import { openSmtpMail } from './smtp-mail.ts';

/** The sender of mails where `MAIL_FROM` says nothing. */
const defaultSender = 'no-reply@localhost';

/** Opens the way out that the settings name: a mail server, else a folder. */
export async function openMail(settings: Settings): Promise<MailTransport> {
  const from = settings['MAIL_FROM'] ?? defaultSender;
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(from))
    throw new Error(`MAIL_FROM: expected a bare address such as shop@example.com, got ${from}.`);
  const { SMTP_URL: url, MAIL_DIRECTORY: directory } = settings;
  if (url) {
    if (!/^smtps?:\/\//.test(url) || !URL.canParse(url)) {
      // The URL may hold a password, so the message does not repeat it.
      throw new Error('SMTP_URL: expected a URL such as smtp://user:password@mail.example.com:587.');
    }
    return openSmtpMail(url, from);
  }
  if (!directory)
    throw new Error('Notifications need a way out for mail: set SMTP_URL, or MAIL_DIRECTORY to a folder.');
  return openFileMail(directory, from);
}
