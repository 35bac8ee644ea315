/** One page of a listing: keys in UTF-8 order, rolled up at a delimiter. Pure; serves both versions of the call. */
import { lowerBound } from "./order.ts";

export type Page = Readonly<{
  keys: readonly string[];
  commonPrefixes: readonly string[];
  /** Where the next page goes on, when there is one. */
  next: string | undefined;
}>;

export type PageRequest = Readonly<{
  prefix: string;
  delimiter: string;
  /** Only what sorts after this key or common prefix. */
  after: string;
  maxKeys: number;
}>;

/** @param sortedKeys every key of the bucket in UTF-8 order */
export function page(sortedKeys: readonly string[], request: PageRequest): Page {
  const { prefix, delimiter, after, maxKeys } = request;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = after;
  const first = Math.max(lowerBound(sortedKeys, prefix), lowerBound(sortedKeys, after));
  for (let i = first; i < sortedKeys.length; i++) {
    const key = sortedKeys[i]!;
    if (!key.startsWith(prefix)) break;
    if (key === after) continue;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = end < 0 ? key : key.slice(0, end + delimiter.length);
    // A common prefix that was already answered covers all keys below it.
    if (end >= 0 && entry === last) continue;
    if (keys.length + commonPrefixes.length >= maxKeys)
      return { keys, commonPrefixes, next: maxKeys === 0 ? undefined : last };
    if (end < 0) keys.push(entry);
    else commonPrefixes.push(entry);
    last = entry;
  }
  return { keys, commonPrefixes, next: undefined };
}
