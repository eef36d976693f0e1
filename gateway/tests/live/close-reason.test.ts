import { expect, it } from 'vitest';
import { closeReason } from '../../src/subscriptions/close-reason.ts';

it('words that fit into a close frame stay as they are', () => {
  expect(closeReason('x'.repeat(123))).toBe('x'.repeat(123));
  expect(closeReason('')).toBe('');
});

it.each(['a', 'é', '€', '🛒', 'a€🛒'])(
  'words in "%s" are cut between two characters, within 123 bytes',
  (character) => {
    const words = character.repeat(124);
    const cut = closeReason(words);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(123 - Buffer.byteLength('🛒'));
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(123);
    expect(cut.endsWith('…')).toBe(true);
    expect(cut.isWellFormed() && words.startsWith(cut.slice(0, -1))).toBe(true);
  },
);
