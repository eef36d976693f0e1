import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { nextAttemptAt, undeliverableReason, withoutAddress } from '../src/domain/delivery.ts';
import { openMail } from '../src/mail/open-mail.ts';

test('pauses double with each attempt, give or take a fifth', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const minutes = (attempts: number, chance: number) =>
    (nextAttemptAt(now, attempts, chance).getTime() - now.getTime()) / 60_000;

  expect([1, 2, 3, 7].map((attempts) => minutes(attempts, 0.5))).toEqual([1, 2, 4, 64]);
  expect(minutes(1, 0)).toBeCloseTo(0.8);
  expect(minutes(1, 1)).toBeCloseTo(1.2);
});

test('knows addresses that nobody can have', () => {
  expect(undeliverableReason('customer-17850@example.invalid')).toContain('.invalid');
  expect(undeliverableReason('ada@INVALID')).toContain('.invalid');
  expect(undeliverableReason('invalid@example.com')).toBeNull();
  expect(undeliverableReason('ada@notinvalid.com')).toBeNull();
});

test('takes the address out of what a server says about it', () => {
  const text = withoutAddress('550 <Ada+x@Example.com>: no such user ada+x@example.com', 'ada+x@example.com');

  expect(text).toBe('550 <(recipient)>: no such user (recipient)');
});

test('what a server says can be kept, whatever it says and wherever it is cut', () => {
  const text = withoutAddress(`\0${'x'.repeat(499)}💥`, 'ada@example.com');

  expect(text).toBe(`${'x'.repeat(499)}\uFFFD`);
});

test('refuses settings that lead nowhere, without repeating a password', async () => {
  await expect(openMail({})).rejects.toThrow('set SMTP_URL, or MAIL_DIRECTORY');
  await expect(openMail({ MAIL_DIRECTORY: tmpdir(), MAIL_FROM: 'Shop <a@b>' })).rejects.toThrow('MAIL_FROM');
  const refused = await openMail({ SMTP_URL: 'mail.example.com secret' }).catch(String);
  expect(refused).toContain('SMTP_URL: expected a URL');
  expect(refused).not.toContain('secret');
});
