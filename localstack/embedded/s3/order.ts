/** The order of keys in every S3 listing: the bytes of their UTF-8 form. */

/** Positive when `a` sorts after `b`. JavaScript itself compares UTF-16 units, which differs above U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    // Surrogates (D800-DFFF) stand for code points above U+FFFF and so sort after E000-FFFF.
    const isLeftSurrogate = left >= 0xd800 && left <= 0xdfff;
    const isRightSurrogate = right >= 0xd800 && right <= 0xdfff;
    if (isLeftSurrogate !== isRightSurrogate) {
      if (isLeftSurrogate) return right >= 0xe000 ? 1 : Math.sign(left - right);
      return left >= 0xe000 ? -1 : Math.sign(left - right);
    }
    return left < right ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** Index of the first key that sorts after `key`, or of `key` itself. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
