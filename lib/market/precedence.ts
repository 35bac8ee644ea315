/**
 * Which of two sources' values of one (ticker, date, field) stands, and why.
 *
 * A precedence is text: sources from most to least trusted, then lists of single fields, parted by semicolons:
 * "polygon,nasdaq-screener,csv,yahoo;market_cap:sec-edgar,nasdaq-screener". The first list serves every field that
 * has none of its own. The empty text lists nobody: then the later value stands, as it did before there were ranks.
 *
 * Sources are ranked field by field, so a day may have its close of one source and its market cap of another. Open,
 * high, low and close are one field here ("close"): a bar of two sources could have its high below its close.
 */
import { AppError } from "../errors.ts";

export const RANKED_FIELDS = ["close", "volume", "market_cap"] as const;
export type RankedField = (typeof RANKED_FIELDS)[number];

export type Precedence = Readonly<{
  /** Sources of a field, most trusted first. */
  order: Readonly<Record<RankedField, readonly string[]>>;
}>;

/** A value and the source that says it; `null` and NaN stand for a value it left out. */
export type Claim = Readonly<{ source: string; value: number | null }>;

/**
 * `absent`: the other source leaves the value out. `correction`: one source said it again, the later word counts.
 * `precedence`: the source stands higher in the list. `listed`: the other source is not in the list.
 * `later`: neither is listed.
 */
export type Reason = "absent" | "correction" | "precedence" | "listed" | "later";

export type Standing = Readonly<{ stands: "stored" | "offered"; reason: Reason }>;

const SOURCE = /^[a-z][a-z0-9-]*$/;

/** Nobody is listed. */
export const NO_PRECEDENCE: Precedence = { order: { close: [], volume: [], market_cap: [] } };

/** Whether a precedence has anything to say. */
export const ranksAny = ({ order }: Precedence): boolean =>
  RANKED_FIELDS.some((field) => order[field].length > 0);

/** @throws AppError BAD_REQUEST for a name that is none, a field that does not exist, or one named twice */
export function parsePrecedence(text: string): Precedence {
  const order = new Map<RankedField | "", readonly string[]>();
  for (const list of text.split(";").map((part) => part.trim())) {
    if (list === "") continue;
    const colon = list.indexOf(":");
    const field = colon < 0 ? "" : demandField(list.slice(0, colon).trim());
    if (order.has(field)) {
      throw bad(text, field === "" ? "has two lists for every field" : `lists ${field} twice`);
    }
    order.set(field, sourcesIn(text, list.slice(colon + 1)));
  }
  const common = order.get("") ?? [];
  const of = (field: RankedField) => order.get(field) ?? common;
  return {
    order: { close: of("close"), volume: of("volume"), market_cap: of("market_cap") },
  };
}

function sourcesIn(text: string, list: string): readonly string[] {
  const sources = list.split(",").map((name) => name.trim());
  const wrong = sources.find((name) => !SOURCE.test(name));
  if (wrong !== undefined) throw bad(text, `names the source "${wrong}"`);
  const repeated = sources.find((name, at) => sources.indexOf(name) !== at);
  if (repeated !== undefined) throw bad(text, `names ${repeated} twice in a list`);
  return sources;
}

function demandField(name: string): RankedField {
  const field = RANKED_FIELDS.find((known) => known === name);
  if (field) return field;
  throw new AppError(
    "BAD_REQUEST",
    `the precedence lists the field "${name}"; known are ${RANKED_FIELDS.join(", ")}`,
    { field: name },
  );
}

const bad = (text: string, wrong: string) =>
  new AppError(
    "BAD_REQUEST",
    `the precedence "${text}" ${wrong}; expected lists of sources such as "polygon,csv;market_cap:sec-edgar,csv"`,
    { precedence: text },
  );

/** The place of a source for a field, 0 = most trusted; Infinity for one that is not listed. */
export function rankOf(precedence: Precedence, field: RankedField, source: string): number {
  const place = precedence.order[field].indexOf(source);
  return place < 0 ? Number.POSITIVE_INFINITY : place;
}

/** @param stored what the market holds; `offered` is what arrives now */
export function standing(
  precedence: Precedence,
  field: RankedField,
  stored: Claim,
  offered: Claim,
): Standing {
  if (isAbsent(offered.value)) return { stands: "stored", reason: "absent" };
  if (isAbsent(stored.value)) return { stands: "offered", reason: "absent" };
  if (stored.source === offered.source) return { stands: "offered", reason: "correction" };
  const [before, now] = [stored, offered].map(({ source }) => rankOf(precedence, field, source));
  if (before === now) return { stands: "offered", reason: "later" };
  const isListed = Number.isFinite(Math.max(before!, now!));
  return {
    stands: now! < before! ? "offered" : "stored",
    reason: isListed ? "precedence" : "listed",
  };
}

const isAbsent = (value: number | null) => value === null || Number.isNaN(value);
