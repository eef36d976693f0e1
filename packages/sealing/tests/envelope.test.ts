import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decrypt, encrypt } from '../src/envelope.ts';
import { createSealing, SealingError } from '../src/index.ts';

const key = randomBytes(32);
const open = (box: Buffer, context = 'context', by = key) => decrypt(by, box, context, 'sealed value');

describe('an envelope', () => {
  test('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, context) => {
        const plain = Buffer.from(bytes);

        expect(open(encrypt(key, plain, context), context).equals(plain)).toBe(true);
      }),
    );
  });

  test('shows nothing of what is in it', () => {
    const box = encrypt(key, Buffer.from('ada@example.com'), 'context');

    expect(box.includes('ada')).toBe(false);
    expect(box.includes('example')).toBe(false);
  });

  test('never looks the same twice', () => {
    const plain = Buffer.from('ada@example.com');

    const boxes = Array.from({ length: 100 }, () => encrypt(key, plain, 'context').toString('hex'));

    expect(new Set(boxes).size).toBe(100);
  });

  test('refuses to open when any single bit was changed', () => {
    const box = encrypt(key, Buffer.from('ada@example.com'), 'context');

    for (let bit = 0; bit < box.length * 8; bit++) {
      const changed = Buffer.from(box);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => open(changed), `bit ${bit}`).toThrow(SealingError);
    }
  });

  test('refuses to open when it was cut or lengthened', () => {
    const box = encrypt(key, Buffer.from('ada@example.com'), 'context');

    for (let length = 0; length < box.length; length++)
      expect(() => open(box.subarray(0, length))).toThrow(SealingError);
    expect(() => open(Buffer.concat([box, Buffer.from([0])]))).toThrow(SealingError);
  });

  test('opens neither with another key nor in another context', () => {
    const box = encrypt(key, Buffer.from('ada@example.com'), 'context');

    expect(() => open(box, 'context', randomBytes(32))).toThrow(SealingError);
    expect(() => open(box, 'contexT')).toThrow(
      'The sealed value does not open: it was changed, or it belongs to another key, subject or tenant.',
    );
  });
});

test.each([0, 16, 31, 33, 64])('a master key of %i bytes is refused', (length) => {
  expect(() => createSealing({ masterKey: randomBytes(length) })).toThrow(
    `Expected a master key of 32 bytes; got ${length}.`,
  );
});
