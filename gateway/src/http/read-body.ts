import type { IncomingMessage } from 'node:http';
import { Refusal } from '../errors.ts';
import { overLimit } from '../limits/limits.ts';

/** Reads a request's body, and stops reading where it gets too long. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw overLimit('bodyBytes', maxBytes, announced);

  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new Refusal('BAD_REQUEST', 'The body is not made of bytes.');
    bytes += chunk.length;
    if (bytes > maxBytes) throw overLimit('bodyBytes', maxBytes, undefined);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
