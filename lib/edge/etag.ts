/** Names of answers: one digest serves as cache key and, shortened, as ETag. */
import { hash } from "node:crypto";

/** Texts of values that cannot change any more. */
const settledTexts = new WeakMap<object, string>();

/** The value, frozen to its depth, so that its canonical text need be made only once. For plain objects and arrays. */
export function settled<T extends object>(value: T): T {
  freeze(value);
  settledTexts.set(value, canonical(value));
  return value;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) freeze(member);
  Object.freeze(value);
}

/** The same JSON text for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const known = settledTexts.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}

/** Digest of everything an answer depends on, 64 hex. */
export const digest = (...dependsOn: readonly unknown[]): string =>
  hash("sha256", canonical(dependsOn));

/** Weak, because the same answer travels plain and compressed. */
export const etag = (key: string): string => `W/"${key.slice(0, 32)}"`;

/**
 * Whether `If-None-Match` names the ETag, compared weakly (RFC 9110, section 8.8.3.2).
 * `*` matches nothing here: whether an answer exists at all is not known before it is computed.
 */
export const matches = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch === tag ||
  (ifNoneMatch?.split(",").some((entry) => weak(entry.trim()) === weak(tag)) ?? false);

const weak = (tag: string) => tag.replace(/^W\//, "");
