const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
export const BITS_PER_LETTER = 5;

/**
 * RFC 4648 base32 in lower case: no letter to confuse with a digit, and a double click takes all of it. Five bits a letter,
 * most significant first; what is left over at the end is dropped.
 */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= BITS_PER_LETTER) {
      bits -= BITS_PER_LETTER;
      text += LETTERS[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

/** Byte order of ASCII text such as tickers: never the order of a locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
