/** Names of answers: one digest serves as cache key and, shortened, as ETag. */
import { createHash } from "node:crypto";

/** The same JSON text for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}

/** Digest of everything an answer depends on, 64 hex. */
export const digest = (...dependsOn: readonly unknown[]): string =>
  createHash("sha256").update(canonical(dependsOn)).digest("hex");

/** Weak, because the same answer travels plain and compressed. */
export const etag = (key: string): string => `W/"${key.slice(0, 32)}"`;

/**
 * Whether `If-None-Match` names the ETag, compared weakly (RFC 9110, section 8.8.3.2).
 * `*` matches nothing here: whether an answer exists at all is not known before it is computed.
 */
export const matches = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch?.split(",").some((entry) => weak(entry.trim()) === weak(tag)) ?? false;

const weak = (tag: string) => tag.replace(/^W\//, "");
