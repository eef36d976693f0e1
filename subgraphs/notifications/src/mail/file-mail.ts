import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Delivery } from '../commands/claim-delivery.ts';
import { withoutAddress } from '../domain/delivery.ts';
import { composeMail, type MailTransport } from './mail.ts';

const fileNameOf = ({ notificationId, copy }: Delivery): string =>
  copy === 1 ? `${notificationId}.eml` : `${notificationId}-${copy}.eml`;

/**
 * Writes each mail to a file that mail programs open. The file's name is the notification's id, and it appears whole or
 * not at all, so that a mail which is sent again after a crash is still one file.
 */
export async function openFileMail(directory: string, from: string): Promise<MailTransport> {
  // Mails are personal: no other user of the machine reads them.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const composer = createTransport({ streamTransport: true, buffer: true });
  return {
    async send(delivery) {
      const path = join(directory, fileNameOf(delivery));
      try {
        if (await exists(path)) return { status: 'accepted' };
        const { message } = await composer.sendMail(composeMail(delivery, from));
        const unfinished = `${path}.${process.pid}.unfinished`;
        await writeFile(unfinished, message, { mode: 0o600 });
        await rename(unfinished, path);
        return { status: 'accepted' };
      } catch (error) {
        return { status: 'failed', error: withoutAddress(String(error), delivery.address) };
      }
    },
    close: async () => composer.close(),
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
