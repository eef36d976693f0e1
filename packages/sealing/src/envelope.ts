import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SealingError } from './sealing-error.ts';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Length of every key, in bytes. */
export const keyBytes = 32;

/** AES-256-GCM under a fresh random iv; gives `iv | tag | data`. */
export function encrypt(key: Buffer, plain: Buffer, additionalData: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(additionalData));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), data]);
}

/** Opens what `encrypt` made; refuses it when a bit, the key or the additional data differ. */
export function decrypt(key: Buffer, box: Buffer, additionalData: string, what: string): Buffer {
  if (box.length < ivBytes + tagBytes) {
    throw new SealingError(`Expected ${what} of at least ${ivBytes + tagBytes} bytes; got ${box.length}.`);
  }
  const decipher = createDecipheriv(algorithm, key, box.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(additionalData));
  decipher.setAuthTag(box.subarray(ivBytes, ivBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(box.subarray(ivBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new SealingError(
      `The ${what} does not open: it was changed, or it belongs to another key, subject or tenant.`,
      { cause },
    );
  }
}
