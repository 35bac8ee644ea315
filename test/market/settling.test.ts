import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CapBasis,
  type Origin,
  originName,
  originOf,
  originOfOne,
  sourceId,
} from "../../lib/market/origin.ts";
import { parsePrecedence } from "../../lib/market/precedence.ts";
import { type StoredRow, settleRow } from "../../lib/market/settling.ts";
import { StagedRows } from "../../lib/market/staging.ts";

const PRECEDENCE = parsePrecedence("high,low;market_cap:filer,low,high");
const NONE = Number.NaN;

type Figures = Readonly<{ close: number; volume?: number; cap?: number; basis?: CapBasis }>;

const stored = ({ close, volume = NONE, cap = NONE, basis }: Figures, origin: Origin) =>
  ({
    open: close - 1,
    high: close + 1,
    low: close - 2,
    close,
    volume,
    marketCap: cap,
    origin,
    basis,
  }) satisfies StoredRow;

/** @returns where the row stands among the rows */
function stage(rows: StagedRows, { close, volume = NONE, cap = NONE, basis }: Figures): number {
  const position = rows.count;
  const one = (value: number) => Float64Array.of(value);
  rows.add(
    {
      file: "f",
      count: 1,
      line: Int32Array.of(1),
      date: Int32Array.of(20240102),
      ticker: ["AAA"],
      open: one(NONE),
      high: one(NONE),
      low: one(NONE),
      close: one(close),
      volume: one(volume),
      marketCap: one(cap),
    },
    0,
    { symbol: 1, file: 0, source: 1, exchange: 0 },
  );
  if (basis) rows.basis.set(position, basis);
  return position;
}

const shares = (count: number, source = "filer 10-K 1", delivered: number | null = null) => ({
  basis: "shares",
  delivered,
  shares: count,
  effectiveDate: 20231231,
  knownAt: 20240101,
  source,
});

/** What the staged row says after it met the stored one, and whose it is. */
function met(
  source: string,
  offered: Figures,
  before: Figures,
  origin: Origin | string,
  precedence = PRECEDENCE,
) {
  const rows = new StagedRows();
  stage(rows, offered);
  const whose = typeof origin === "string" ? originOfOne(origin) : origin;
  const settled = settleRow(rows, 0, source, stored(before, whose), precedence);
  const { open, high, low, close, volume, marketCap } = rows.values;
  return {
    bar: [open, high, low, close].map((column) => column[0]),
    volume: volume[0],
    cap: marketCap[0],
    basis: rows.basis.get(0),
    name: originName(settled.origin),
    kept: settled.kept,
  };
}

describe("settleRow", () => {
  it("decides each field by its own list, and takes a bar as a whole", () => {
    const row = met("low", { close: 20, volume: 2, cap: 22 }, { close: 10, cap: 11 }, "high");
    expect(row).toEqual({
      bar: [9, 11, 8, 10],
      volume: 2,
      cap: 22,
      basis: undefined,
      name: "high;volume:low;market_cap:low",
      kept: ["close"],
    });
    const higher = met("high", { close: 10, cap: 11 }, { close: 20, volume: 2, cap: 22 }, "low");
    expect(higher).toMatchObject({ bar: [NONE, NONE, NONE, 10], volume: 2, cap: 22 });
    expect(higher).toMatchObject({ name: row.name, kept: ["market_cap"] });
  });

  it("lets the later row replace the whole stored one where nobody is listed", () => {
    const row = met("b", { close: 20, volume: 2, cap: 22 }, { close: 1, volume: 1, cap: 1 }, "a");
    expect(row).toMatchObject({ volume: 2, cap: 22, name: "b", kept: [] });
  });

  it("lets a source take back what it said, and nothing that another said", () => {
    const own = met("low", { close: 20 }, { close: 10, volume: 1, cap: 11 }, "low");
    expect(own).toMatchObject({ volume: NONE, cap: NONE, name: "low", kept: [] });
    const mixed = originOf("low;volume:high;market_cap:filer");
    const kept = met("low", { close: 20 }, { close: 10, volume: 1, cap: 11 }, mixed);
    expect(kept).toMatchObject({ bar: [NONE, NONE, NONE, 20], volume: 1, cap: 11, kept: [] });
    expect(kept.name).toBe(originName(mixed));
  });

  it("takes a cap of 0 for none", () => {
    expect(met("low", { close: 2, cap: 0 }, { close: 1, cap: 5 }, "high").cap).toBe(5);
    expect(met("high", { close: 2, cap: 5 }, { close: 1, cap: 0 }, "low").cap).toBe(5);
    expect(met("low", { close: 2, cap: 0 }, { close: 1 }, "high").cap).toBe(0);
    expect(met("high", { close: 2 }, { close: 1, cap: 0 }, "low")).toMatchObject({
      cap: 0,
      name: "high;market_cap:low",
      kept: [],
    });
  });

  it("multiplies shares with the close that stands, in whichever order both came", () => {
    const basis = shares(7);
    const first = met("low", { close: 20, cap: 140, basis }, { close: 10, cap: 11 }, "high");
    expect(first).toMatchObject({ cap: 70, basis, name: "high", kept: ["close"] });
    const second = met("high", { close: 10, cap: 11 }, { close: 20, cap: 140, basis }, "low");
    expect(second).toMatchObject({ cap: 70, basis, name: "high" });
    expect(second.kept).toEqual(["market_cap"]);
  });

  it("keeps a vendor's cap above shares that rank lower, and says nothing of them", () => {
    const precedence = parsePrecedence("high,low;market_cap:low,filer");
    const basis = shares(7);
    const row = met("high", { close: 2, cap: 14, basis }, { close: 1, cap: 9 }, "low", precedence);
    expect(row).toMatchObject({ cap: 9, basis: undefined, name: "high;market_cap:low" });
  });

  it("keeps beside shares of one teller what the higher vendor says of the cap", () => {
    const low = shares(7, "filer 10-K 1", 150);
    const high = shares(7, "filer 10-K 1", 90);
    const [mine, other] = [
      { close: 10, cap: 70, basis: high },
      { close: 20, cap: 140, basis: low },
    ];
    const one = met("high", mine, other, "low");
    const two = met("low", other, mine, "high");
    expect(one).toMatchObject({ cap: 70, basis: low, name: "high;market_cap:low" });
    expect(two).toMatchObject({ cap: 70, basis: low, name: "high;market_cap:low" });
    const silent = { close: 30, cap: 210, basis: shares(7) };
    const three = [met("new", silent, mine, "high"), met("high", mine, silent, "new")];
    for (const row of three) expect(row).toMatchObject({ cap: 70, basis: high, name: "high" });
  });

  it("takes a vendor's own cap before its own shares that come with another's price", () => {
    const basis = shares(7, "low quote");
    const [own, other] = [
      { close: 20, cap: 150 },
      { close: 10, cap: 70, basis },
    ];
    for (const row of [met("low", own, other, "high"), met("high", other, own, "low")]) {
      expect(row).toMatchObject({ cap: 150, basis: undefined, name: "high;market_cap:low" });
    }
    const withdrawn = { close: 20, cap: 140, basis };
    expect(met("low", withdrawn, own, "low")).toMatchObject({ cap: 140, basis, name: "low" });
  });

  it("ranks rows of which nobody knows the source below every listed one", () => {
    expect(met("low", { close: 2 }, { close: 1 }, "unknown")).toMatchObject({ name: "low" });
    expect(met("new", { close: 2 }, { close: 1 }, "unknown")).toMatchObject({ name: "new" });
  });
});

/** What a staged row holds, as it is stored then. */
function asStored({ values, basis }: StagedRows, position: number, origin: Origin): StoredRow {
  const figures = Object.fromEntries(
    (["open", "high", "low", "close", "volume", "marketCap"] as const).map((name) => [
      name,
      values[name][position]!,
    ]),
  ) as Omit<StoredRow, "origin" | "basis">;
  return { ...figures, origin, basis: basis.get(position) };
}

type Offer = Figures & Readonly<{ source: string }>;

/** Of all runs: room for rows costs more than settling them. */
const staged = new StagedRows();

/** One after another, each meeting what the others before it left. */
function survivor([first, ...others]: readonly Offer[]): StoredRow {
  let row = asStored(staged, stage(staged, first!), originOfOne(first!.source));
  for (const { source, ...offered } of others) {
    const position = stage(staged, offered);
    row = asStored(staged, position, settleRow(staged, position, source, row, ORDER).origin);
  }
  return row;
}

const NAMES = ["a", "b", "c", "d"];
const ORDER = parsePrecedence("a,b,c,d;volume:d,a,c,b;market_cap:c,filer,a,d,b");

describe("what stands in the end", () => {
  const value = fc.oneof(fc.integer({ min: 1, max: 99 }), fc.constantFrom(NONE, 0));
  const teller = fc.constantFrom(null, "filer 10-K 1", "b quote", "c quote");
  const offer = (source: string) =>
    fc
      .record({
        close: fc.integer({ min: 1, max: 99 }),
        volume: value,
        cap: value,
        told: teller,
        delivered: fc.option(fc.integer({ min: 1, max: 99 })),
      })
      .map(({ told, delivered, ...figures }) => {
        if (told === null) return { source, ...figures };
        const basis = shares(SHARES[told as keyof typeof SHARES], told, delivered);
        return { source, ...figures, cap: figures.close * basis.shares, basis };
      });
  const offers = fc
    .tuple(...NAMES.map(offer))
    .chain((all) =>
      fc.tuple(
        fc.shuffledSubarray(all, { minLength: 4 }),
        fc.shuffledSubarray(all, { minLength: 4 }),
      ),
    );

  it("does not depend on the order in which listed sources came", () => {
    fc.assert(
      fc.property(offers, ([one, other]) => {
        expect(survivor(one)).toEqual(survivor(other));
      }),
      { numRuns: 1000 },
    );
  });

  it("is the same when all that was said is said again", () => {
    fc.assert(
      fc.property(offers, ([once, again]) => {
        expect(survivor([...once, ...again])).toEqual(survivor(once));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Every teller is of one mind. */
const SHARES = { "filer 10-K 1": 7, "b quote": 8, "c quote": 9 };

describe("the name of an origin", () => {
  it("is that of its one source, with the number it always had", () => {
    expect(originName(originOfOne("csv"))).toBe("csv");
    expect(originOf("csv")).toEqual(originOfOne("csv"));
    expect([sourceId("csv"), sourceId("nasdaq-screener")]).toEqual([21_436, 1887]);
  });

  it("names each field of another source, and is read back", () => {
    const origin = { close: "polygon", volume: "yahoo", market_cap: "csv" };
    expect(originName(origin)).toBe("polygon;volume:yahoo;market_cap:csv");
    expect(originOf(originName(origin))).toEqual(origin);
    const mixed = { ...originOfOne("polygon"), market_cap: "csv" };
    expect(originOf(originName(mixed))).toEqual(mixed);
  });

  it("has a number apart from those of single sources, another for every mixture", () => {
    const names = ["csv", "yahoo", "polygon", "nasdaq-screener", "alpha-vantage", "nasdaq-api"];
    const ids = new Set<number>();
    for (const close of names)
      for (const volume of names)
        for (const market_cap of names)
          ids.add(sourceId(originName({ close, volume, market_cap })));
    expect(ids.size).toBe(names.length ** 3);
    expect([...ids].filter((id) => id <= 32_000)).toHaveLength(names.length);
    expect(Math.max(...ids)).toBeLessThan(2 ** 31);
  });
});
