/** What RFC 6455 leaves for words in a close frame. */
const mostBytes = 123;
const cutOff = '…';

/** The words with which a socket is closed, cut between two characters where they are too long for a close frame. */
export function closeReason(words: string): string {
  if (Buffer.byteLength(words) <= mostBytes) return words;
  // Writes whole characters only.
  const { read } = new TextEncoder().encodeInto(words, new Uint8Array(mostBytes - Buffer.byteLength(cutOff)));
  return words.slice(0, read) + cutOff;
}
