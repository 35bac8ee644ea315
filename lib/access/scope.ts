/** What a key may be for, and what happens to each when requests cannot be counted. */

/** read: every answer that changes nothing. build: make an index. trade: orders and portfolios. admin: remove and rewind data. */
export const SCOPES = ["read", "build", "trade", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** What a route asks of its caller; a public one asks for no key and looks at none. */
export type Needed = Scope | "public";

export const isScope = (text: string): text is Scope =>
  (SCOPES as readonly string[]).includes(text);

export const areScopes = (value: unknown): value is readonly Scope[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string" && isScope(one));

/**
 * A key may do what its record lists and nothing else: no scope contains another. So `admin` alone neither reads nor
 * trades, and a key that leaks opens what can be read off its record.
 */
export const permits = (granted: readonly Scope[], needed: Scope): boolean =>
  granted.includes(needed);

/**
 * When the shared counters cannot be reached. "open": the request goes on, counted by this process alone. "closed": it
 * is refused until they are back. Reading stays possible, and so does repairing; what costs much or moves money waits.
 */
export const UNCOUNTED: Readonly<Record<Needed, "open" | "closed">> = {
  public: "open",
  read: "open",
  build: "closed",
  trade: "closed",
  admin: "open",
};
