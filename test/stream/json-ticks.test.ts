import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TickRows } from "../../lib/stream/decoded.ts";
import { instantMs } from "../../lib/stream/instant.ts";
import { decodeJsonTicks } from "../../lib/stream/json-ticks.ts";

const TICK = { symbol: "AAPL", price: 189.5, size: 100, time: 1_700_000_000_100 };
const NONE = { symbols: [], rows: 0, refused: [] };

const decoded = (record: unknown): TickRows => {
  const ticks = decodeJsonTicks(JSON.stringify(record));
  if ("fault" in ticks) throw new Error(ticks.detail);
  return ticks;
};

const numbers = (columns: TickRows["columns"]) =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, [...column]]));

describe("a tick as JSON", () => {
  it("is one row, of text or of bytes", () => {
    const row = {
      symbols: ["AAPL"],
      rows: 1,
      columns: {
        symbol: Int32Array.of(0),
        timeMs: Float64Array.of(1_700_000_000_100),
        price: Float64Array.of(189.5),
        size: Float64Array.of(100),
      },
      refused: [],
    };
    expect(decoded(TICK)).toEqual(row);
    expect(decodeJsonTicks(new TextEncoder().encode(JSON.stringify(TICK)))).toEqual(row);
  });

  it("may have an id, a sale condition, a time as text, and names that nobody knows", () => {
    const time = "2023-11-14T22:13:20.100Z";
    const { columns } = decoded({ x: { y: [1] }, ...TICK, time, id: 7, irregular: true });
    expect(numbers(columns)).toMatchObject({ timeMs: [TICK.time], id: [7], flags: [1] });
    expect(decoded({ ...TICK, id: null, irregular: false }).columns).toEqual(decoded(TICK).columns);
  });

  it("may cancel or correct another, for which no time is needed, and to cancel no price", () => {
    const { symbols, columns } = decoded([
      { symbol: "AAPL", id: 7, cancel: true },
      { symbol: "MSFT", id: 8, correct: true, price: 370, size: 1, irregular: true },
      TICK,
    ]);
    expect(symbols).toEqual(["AAPL", "MSFT"]);
    expect(numbers(columns)).toMatchObject({ symbol: [0, 1, 0], id: [7, 8, -1], flags: [2, 5, 0] });
    expect(numbers(columns)).toMatchObject({ price: [0, 370, 189.5], timeMs: [0, 0, TICK.time] });
  });

  it("keeps the order of an array, whatever its length, and the row of what is refused", () => {
    const ticks = Array.from({ length: 100 }, (_, at) => ({
      ...TICK,
      symbol: `S${at % 7}`,
      price: at % 10 === 3 ? "low" : at,
      ...(at > 50 && { id: at }),
    }));
    const { symbols, rows, columns, refused } = decoded(ticks);
    const good = ticks.filter(({ price }) => typeof price === "number");
    expect(rows).toBe(90);
    expect(Array.from(columns.symbol, (at) => symbols[at])).toEqual(good.map((t) => t.symbol));
    expect([...columns.price]).toEqual(good.map(({ price }) => price));
    expect([...columns.id!]).toEqual(good.map(({ id = -1 }) => id));
    expect(refused.map(({ row }) => row)).toEqual(
      Array.from({ length: 10 }, (_, at) => 3 + 10 * at),
    );
  });
});

describe("what is refused", () => {
  it.each([
    [7, "not_a_tick", "a tick must be an object, was 7"],
    [null, "not_a_tick", "a tick must be an object, was null"],
    [[TICK], "not_a_tick", `a tick must be an object, was ${JSON.stringify([TICK]).slice(0, 60)}`],
    [{}, "unknown_symbol", "was nothing"],
    [{ ...TICK, symbol: "aapl" }, "unknown_symbol", 'was "aapl"'],
    [{ ...TICK, symbol: "__proto__" }, "unknown_symbol", 'was "__proto__"'],
    [{ ...TICK, symbol: "A".repeat(21) }, "unknown_symbol", `was "${"A".repeat(21)}"`],
    [{ ...TICK, symbol: "AAPL\n" }, "unknown_symbol", 'was "AAPL\\n"'],
    [{ ...TICK, price: "189.5" }, "price", 'price must be a number, was "189.5"'],
    [{ ...TICK, price: null }, "price", "price must be a number, was null"],
    [{ ...TICK, size: [1] }, "size", "size must be a number, was [1]"],
    [{ symbol: "AAPL", price: 1, size: 1 }, "time", "was nothing"],
    [{ ...TICK, time: "2023-11-14T22:13:20" }, "time", 'was "2023-11-14T22:13:20"'],
    [{ ...TICK, time: true }, "time", "was true"],
    [{ ...TICK, id: 1.5 }, "id", "id must be a whole number from 0 to 2^53 - 1, was 1.5"],
    [{ ...TICK, id: -1 }, "id", "was -1"],
    [{ ...TICK, id: "7" }, "id", 'was "7"'],
    [{ symbol: "AAPL", cancel: true }, "id", "was nothing"],
    [{ ...TICK, correct: true }, "id", "was nothing"],
    [{ symbol: "AAPL", id: 7, correct: true, size: 1 }, "price", "was nothing"],
  ] as const)("is named with its reason: %j", (entry, reason, detail) => {
    // An array by itself is a list of ticks.
    const { rows, refused } = decoded([entry]);
    expect(rows).toBe(0);
    expect(refused).toEqual([{ row: 0, reason, detail: expect.stringContaining(detail) }]);
  });

  it("is the whole record when it is no JSON", () => {
    for (const text of ["", "{", '{"symbol":"A"', "[1,]", "nonsense", '{"a":NaN}', "\u0000"]) {
      expect(decodeJsonTicks(text)).toEqual({ fault: "not_json", detail: expect.any(String) });
    }
    expect(decodeJsonTicks(Uint8Array.of(0x7b, 0xff, 0xfe))).toMatchObject({ fault: "not_json" });
  });

  it("is nothing of an empty list", () => {
    expect(decoded([])).toMatchObject(NONE);
  });

  it("never throws, whatever the JSON or the bytes are", () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array(), (text, noise) => {
        decodeJsonTicks(text);
        decodeJsonTicks(noise);
        decodeJsonTicks("[".repeat(50_000));
      }),
      { numRuns: 100 },
    );
  });
});

describe("an instant", () => {
  it("is read as Date reads it, to the millisecond", () => {
    const date = fc.date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(date, (at) => {
        expect(instantMs(at.toISOString())).toBe(at.getTime());
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["2024-02-29T23:59:59Z", Date.UTC(2024, 1, 29, 23, 59, 59)],
    ["2024-01-02T09:30:00-05:00", Date.UTC(2024, 0, 2, 14, 30)],
    ["2024-01-02t14:30:00.5z", Date.UTC(2024, 0, 2, 14, 30) + 500],
    ["2024-01-02 14:30:00.000001Z", Date.UTC(2024, 0, 2, 14, 30) + 0.001],
    ["1969-12-31T23:59:59.25Z", -750],
  ])("may have a zone and digits below the millisecond: %s", (text, ms) => {
    expect(instantMs(text)).toBeCloseTo(ms, 3);
  });

  it.each([
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-02T24:00:00Z",
    "2024-01-02T14:60:00Z",
    "2024-01-02T14:30:60Z",
    "2024-01-02T14:30:00",
    "2024-01-02T14:30Z",
    "2024-01-02",
    "2024-01-02T14:30:00.Z",
    "2024-01-02T14:30:00+25:00",
    " 2024-01-02T14:30:00Z",
    "",
  ])("is none: %j", (text) => {
    expect(instantMs(text)).toBeNaN();
  });
});
