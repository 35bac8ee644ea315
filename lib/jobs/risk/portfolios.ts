/** Portfolios: written as a whole, read, listed, removed. What somebody holds is nobody else's to know. */
import { createHash } from "node:crypto";
import { type Caller, NOBODY } from "../../access/caller.ts";
import { AppError } from "../../errors.ts";
import type { CachedAnswer, Draft, Freshness, Images, Query, Snapshot } from "../../ports.ts";
import * as queries from "../../risk/queries.ts";
import { DATASET, PORTFOLIOS, PORTFOLIOS_SCHEMA } from "../../risk/schema.ts";
import { type PortfolioContent, portfolioCursor } from "../../schemas/risk.ts";
import { isoDay } from "../../time.ts";
import { lookingAgain } from "../refusal.ts";
import { refuseUnknownInstruments } from "./instruments.ts";
import { ownerOf, ownersListed, ownOf, unknownPortfolio } from "./owner.ts";

/** Of one owner. */
const PORTFOLIOS_MAX = 200;

export type PortfolioWorld = Readonly<{ images: Images; nowMs: () => number }>;

/** Who asks, as the request says it. */
export type Reader = Readonly<{ caller?: Caller | undefined; freshness?: Freshness }>;
export type Writer = Readonly<{
  caller?: Caller | undefined;
  requestId: string;
  /** Of which `if-match` says what the writer believes the portfolio to be. */
  headers?: Readonly<Record<string, string | undefined>>;
}>;

export type Named = Readonly<{ id: string; owner?: string | undefined }>;

/** A portfolio as it is stored. */
export type Held = Readonly<{
  row: queries.PortfolioRow;
  positions: readonly queries.PositionRow[];
}>;

const sha256 = (...of: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(of)).digest("hex");

/** Equal content is equal text. */
const printOf = ({ name, rate, dividend_yields, positions }: PortfolioContent): string =>
  sha256(name, rate, Object.entries(dividend_yields).sort(), positions).slice(0, 32);

/** Of one revision, whichever way it travels: weak, as all of the service are. */
const tagOf = ({ owner, id, print, revision }: queries.PortfolioRow): string =>
  `W/"${sha256(owner, id, revision, print).slice(0, 32)}"`;

/** @returns whether the header is absent, is `*` or names the tag; weakly, since one portfolio travels in several encodings */
const agrees = (ifMatch: string | undefined, tag: string): boolean =>
  ifMatch === undefined ||
  ifMatch.split(",").some((one) => one.trim() === "*" || bare(one) === bare(tag));
const bare = (tag: string) => tag.trim().replace(/^W\//, "");

function heldIn(part: Query, owner: string, id: string): Held | undefined {
  const row = queries.portfolio(part, owner, id);
  return row && { row, positions: queries.positions(part, owner, id) };
}

/** @throws AppError UNKNOWN_PORTFOLIO */
export async function heldPortfolio(
  snapshot: Snapshot,
  { caller = NOBODY }: Reader,
  { id, owner }: Named,
): Promise<Held> {
  const of = ownerOf(caller, id, owner);
  const isStored = PORTFOLIOS in snapshot.manifest.parts;
  const held = isStored ? heldIn((await snapshot.open(PORTFOLIOS)).query, of, id) : undefined;
  if (!held) throw unknownPortfolio(id);
  return held;
}

const iso = (ms: number) => new Date(ms).toISOString();

const summary = (row: queries.PortfolioRow) => ({
  id: row.id,
  owner: row.owner,
  name: row.name,
  revision: row.revision,
  created_at: iso(row.created_ms),
  updated_at: iso(row.updated_ms),
});

/** A position as it is given and told. */
export function told(position: queries.PositionRow) {
  const { kind, name, quantity } = position;
  if (kind === "stock") return { kind, symbol: name, quantity };
  if (kind === "index") return { kind, index: name, quantity };
  const { option, style, strike, expiry, multiplier, implied_volatility } = position;
  return {
    ...{ kind, underlying: name, option, style, strike, expiry: isoDay(expiry), quantity },
    ...{ multiplier, implied_volatility },
  };
}

const bodyOf = ({ row, positions }: Held, dataset_version: string) => ({
  ...summary(row),
  rate: row.rate,
  dividend_yields: JSON.parse(row.dividend_yields) as Record<string, number>,
  positions: positions.map(told),
  dataset_version,
});

/** What a writing answers. */
export type Written = Readonly<{
  /** "existing": it was there already, just like that. */
  outcome: "created" | "replaced" | "existing";
  etag: string;
  body: ReturnType<typeof bodyOf>;
}>;

/**
 * Stores a new portfolio. The same content under the same id again changes nothing.
 *
 * @throws AppError UNKNOWN_INSTRUMENT, PORTFOLIO_EXISTS, TOO_MANY_PORTFOLIOS, WRITE_CONFLICT
 */
export async function addPortfolio(
  world: PortfolioWorld,
  { id: given, ...content }: PortfolioContent & Readonly<{ id?: string | undefined }>,
  { caller = NOBODY, requestId }: Writer,
): Promise<Written> {
  await refuseUnknownInstruments(world.images, content);
  const owner = ownOf(caller);
  const id = given ?? `p-${sha256(requestId).slice(0, 16)}`;
  return write(world, { owner, id, content, requestId }, (held, owned) => {
    if (held?.row.print === printOf(content)) return "existing";
    if (held) {
      throw new AppError(
        "PORTFOLIO_EXISTS",
        `there is another portfolio "${id}"; PUT replaces it`,
        {
          portfolio: id,
          revision: held.row.revision,
        },
      );
    }
    if (owned < PORTFOLIOS_MAX) return "created";
    throw new AppError("TOO_MANY_PORTFOLIOS", `a key may have ${PORTFOLIOS_MAX} portfolios`, {
      limit: PORTFOLIOS_MAX,
    });
  });
}

/**
 * Puts other content in the place of what a portfolio held.
 *
 * @throws AppError UNKNOWN_PORTFOLIO, UNKNOWN_INSTRUMENT, PORTFOLIO_CHANGED, WRITE_CONFLICT
 */
export async function replacePortfolio(
  world: PortfolioWorld,
  { id, owner: named, ...content }: PortfolioContent & Named,
  { caller = NOBODY, requestId, headers }: Writer,
): Promise<Written> {
  const owner = ownerOf(caller, id, named);
  await refuseUnknownInstruments(world.images, content);
  return write(world, { owner, id, content, requestId }, (held) => {
    if (!held) throw unknownPortfolio(id);
    demandTag(held.row, headers?.["if-match"]);
    return held.row.print === printOf(content) ? "existing" : "replaced";
  });
}

/** @throws AppError UNKNOWN_PORTFOLIO, PORTFOLIO_CHANGED, WRITE_CONFLICT */
export async function removePortfolio(
  { images }: PortfolioWorld,
  { id, owner: named }: Named,
  { caller = NOBODY, requestId, headers }: Writer,
): Promise<void> {
  const owner = ownerOf(caller, id, named);
  await images.commit(DATASET, { id: requestId, note: "remove a portfolio" }, async (draft) => {
    const held = heldIn(await partOf(draft), owner, id);
    if (!held) throw unknownPortfolio(id);
    demandTag(held.row, headers?.["if-match"]);
    await edit(draft, owner, (db) => queries.deletePortfolio(db, owner, id));
  });
}

function demandTag(row: queries.PortfolioRow, ifMatch: string | undefined): void {
  const etag = tagOf(row);
  if (agrees(ifMatch, etag)) return;
  throw new AppError(
    "PORTFOLIO_CHANGED",
    `portfolio "${row.id}" is not as If-Match has it; read it again`,
    { portfolio: row.id, revision: row.revision, etag },
  );
}

const NONE: Query = () => [];
const partOf = async (draft: Draft): Promise<Query> =>
  PORTFOLIOS in draft.parts() ? (await draft.open(PORTFOLIOS)).query : NONE;

const edit = (draft: Draft, owner: string, change: Parameters<Draft["edit"]>[2]) =>
  draft.edit(PORTFOLIOS, PORTFOLIOS_SCHEMA, change, ({ query }) => ({
    rows: queries.extent(query, owner).total,
    from: null,
    to: null,
  }));

type Writing = Readonly<{
  owner: string;
  id: string;
  content: PortfolioContent;
  requestId: string;
}>;

/** @param decide what comes of it, from what is there and how many portfolios the owner has */
async function write(
  { images, nowMs }: PortfolioWorld,
  { owner, id, content, requestId }: Writing,
  decide: (held: Held | undefined, owned: number) => Written["outcome"],
): Promise<Written> {
  // Who else reads the list of versions is not told whose or which it was.
  const job = { id: requestId, note: "write a portfolio" };
  const { result, manifest } = await images.commit(DATASET, job, async (draft) => {
    const part = await partOf(draft);
    const held = heldIn(part, owner, id);
    const outcome = decide(held, part === NONE ? 0 : queries.extent(part, owner).owned);
    if (outcome === "existing") return outcome;
    await edit(draft, owner, (db) =>
      queries.putPortfolio(db, {
        ...{ owner, id, name: content.name, rate: content.rate, print: printOf(content) },
        dividend_yields: JSON.stringify(content.dividend_yields),
        revision: (held?.row.revision ?? 0) + 1,
        now_ms: nowMs(),
        positions: content.positions,
      }),
    );
    return outcome;
  });
  // An older version in its place would tell of a portfolio as it was, or of none.
  const snapshot = await images.snapshot(DATASET, { revalidate: true, minSeq: manifest.seq });
  try {
    const held = heldIn((await snapshot.open(PORTFOLIOS)).query, owner, id);
    if (!held) throw unknownPortfolio(id);
    return {
      // A request that is delivered again finds what it has written.
      outcome: result ?? "existing",
      etag: tagOf(held.row),
      body: bodyOf(held, snapshot.version()),
    };
  } finally {
    snapshot.release();
  }
}

/** @throws AppError UNKNOWN_PORTFOLIO; never from a manifest that was not looked up again */
export function onePortfolio(images: Images, named: Named, reader: Reader): Promise<CachedAnswer> {
  return lookingAgain(reader.freshness ?? {}, async (fresh) => {
    const snapshot = await images.snapshot(DATASET, fresh);
    try {
      const held = await heldPortfolio(snapshot, reader, named);
      const version = snapshot.version();
      return {
        // Owners may have portfolios of the same name.
        version: `${version}/${held.row.owner}`,
        etag: tagOf(held.row),
        compute: async () => JSON.stringify(bodyOf(held, version)),
        isQuick: () => true,
        release: snapshot.release,
      };
    } catch (error) {
      snapshot.release();
      throw error;
    }
  });
}

export type ListRequest = Readonly<{
  owner?: string | undefined;
  limit: number;
  after?: queries.PortfolioPlace | undefined;
}>;

const FIRST: queries.PortfolioPlace = { owner: "", id: "" };

/** The caller's portfolios, by id; those of everybody for an admin, by owner and id. */
export async function listPortfolios(
  images: Images,
  { owner, limit, after = FIRST }: ListRequest,
  { caller = NOBODY, freshness }: Reader,
): Promise<CachedAnswer> {
  const snapshot = await images.snapshot(DATASET, freshness);
  const of = ownersListed(caller, owner);
  const version = snapshot.version();
  return {
    version: `${version}/${of ?? "everybody"}`,
    list: "portfolios",
    isQuick: () => snapshot.isOpen(PORTFOLIOS),
    compute: async () => {
      const part =
        PORTFOLIOS in snapshot.manifest.parts ? (await snapshot.open(PORTFOLIOS)).query : NONE;
      const rows = queries.portfolios(part, of, after, limit + 1);
      const page = rows.slice(0, limit);
      return JSON.stringify({
        portfolios: page.map((row) => ({ ...summary(row), positions: row.positions })),
        next: rows.length > limit ? portfolioCursor(page.at(-1)!) : null,
        dataset_version: version,
      });
    },
    release: snapshot.release,
  };
}
