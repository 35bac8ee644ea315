import { describe, expect, it } from "vitest";
import { type ReconcileOptions, reconcile } from "../../lib/jobs/reconcile.ts";
import { sourceOf } from "./reconcile/source.ts";

const pairOf = async (options: ReconcileOptions) => (await reconcile(options)).pairs[0]!;

const TRADED = `
  date        ticker  close  volume   cap
  2024-01-02  AAA       400    1000  4000
  2024-01-03  AAA       404    1100  4040
  2024-01-04  AAA       102    4000  4080
  2024-01-05  AAA       104    4400  4160
`;

describe("reconcile", () => {
  it("counts as equal what lies within the tolerance of its field, and not beyond", async () => {
    const near = sourceOf(
      "near",
      `
        date        ticker   close  volume  cap
        2024-01-02  AAA     400.19    1009    -
        2024-01-03  AAA     404.21    1112    -
        2024-01-04  AAA        102    4000    -
        2024-01-05  AAA        104       -    -
      `,
    );
    const { rows_compared, fields } = await pairOf({ sources: [sourceOf("traded", TRADED), near] });
    const counts = Object.entries(fields).map(([field, { compared, equal }]) => [
      field,
      compared,
      equal,
    ]);
    expect(rows_compared).toBe(4);
    expect(counts).toEqual([
      ["close", 4, 3],
      ["volume", 3, 2],
      ["market_cap", 0, 0],
    ]);
    expect(fields.market_cap).toMatchObject({ share: null, percentiles: null, worst_days: [] });
    expect(fields.close.worst_days).toEqual([
      { date: "2024-01-03", compared: 1, equal: 0, share: 0 },
    ]);
  });

  it("is as strict as it is told to be", async () => {
    const sources = [sourceOf("a", TRADED), sourceOf("b", TRADED.replace("104 ", "104.02"))];
    const tolerances = { close: 0.0001, volume: 0.01, market_cap: 0.01 };
    expect((await pairOf({ sources })).fields.close.equal).toBe(4);
    expect((await pairOf({ sources, tolerances })).fields.close.equal).toBe(3);
  });

  it("brings adjusted closes and volumes back to those traded, caps as they are", async () => {
    const actions = [
      { date: 20240104, ticker: "AAA", action: "split", value: 4 },
      { date: 20240105, ticker: "AAA", action: "spinoff", value: 1.25 },
      { date: 20240105, ticker: "AAA", action: "dividend", value: 50 },
    ] as const;
    const splits = `
      date        ticker  close  volume   cap
      2024-01-02  AAA       100    4000  4000
      2024-01-03  AAA       101    4400  4040
      2024-01-04  AAA       102    4000  4080
      2024-01-05  AAA       104    4400  4160
    `;
    const both = `
      date        ticker  close  volume   cap
      2024-01-02  AAA        80    5000  4000
      2024-01-03  AAA      80.8    5500  4040
      2024-01-04  AAA      81.6    5000  4080
      2024-01-05  AAA       104    4400  4160
    `;
    const { pairs, three_way } = await reconcile({
      sources: [
        sourceOf("traded", TRADED),
        sourceOf("splits", splits, { basis: "splits" }),
        sourceOf("both", both, { basis: "splits+spinoffs" }),
      ],
      actions,
    });
    for (const { a, b, fields } of pairs) {
      for (const field of ["close", "volume", "market_cap"] as const) {
        expect(fields[field], `${field} of ${a} and ${b}`).toMatchObject({ compared: 4, equal: 4 });
      }
    }
    expect(three_way?.close).toMatchObject({ compared: 4, agree: 4, none: 0, unclear: 0 });
    const unsaid = await pairOf({
      sources: [sourceOf("traded", TRADED), sourceOf("splits", splits)],
      actions,
    });
    expect(unsaid.fields.close.worst_symbols).toEqual([
      {
        ticker: "AAA",
        compared: 4,
        unequal: 2,
        blocks_total: 1,
        blocks: [
          { from: "2024-01-02", to: "2024-01-03", rows: 2, typical_ratio: expect.closeTo(4, 9) },
        ],
      },
    ]);
  });

  it("finds the source that stands alone against two, by field, day and symbol", async () => {
    const wrongDay = TRADED.replace("102    4000", "103    4000");
    const three = [
      sourceOf("first", TRADED),
      sourceOf("second", wrongDay),
      sourceOf("third", TRADED),
    ];
    const { three_way } = await reconcile({ sources: three });
    expect(three_way?.close).toMatchObject({ compared: 4, agree: 3, none: 0, unclear: 0 });
    expect(three_way?.close.odd.map(({ source, rows }) => [source, rows])).toEqual([
      ["first", 0],
      ["second", 1],
      ["third", 0],
    ]);
    expect(three_way?.close.odd[1]).toMatchObject({
      worst_days: [{ date: "2024-01-04", compared: 1, rows: 1 }],
      worst_symbols: [{ ticker: "AAA", rows: 1, from: "2024-01-04", to: "2024-01-04" }],
    });
    expect((await reconcile({ sources: three.slice(0, 2) })).three_way).toBeNull();
  });

  it("tells names, days and single rows apart that only one source has", async () => {
    const many = `
      date        ticker  close
      2024-01-02  AAA         1
      2024-01-03  AAA         1
      2024-01-04  AAA         1
      2024-01-05  AAA         1
      2024-01-02  BBB         2
      2024-01-03  CCC         3
      2024-01-05  CCC         3
    `;
    const few = `
      date        ticker  close
      2024-01-02  AAA         1
      2024-01-05  AAA         1
      2024-01-03  CCC         3
    `;
    const { only_in_a, only_in_b } = await pairOf({
      sources: [sourceOf("many", many), sourceOf("few", few)],
    });
    expect(only_in_a).toEqual({
      rows: 4,
      symbols: { count: 1, rows: 1, examples: ["BBB"] },
      sessions: { count: 1, rows: 1, examples: ["2024-01-04"] },
      holes: {
        symbols: 2,
        rows: 2,
        largest: [
          { ticker: "AAA", from: "2024-01-03", to: "2024-01-03", rows: 1 },
          { ticker: "CCC", from: "2024-01-05", to: "2024-01-05", rows: 1 },
        ],
      },
    });
    expect(only_in_b.rows).toBe(0);
  });

  it("matches class shares and renamed companies, and not a ticker that was used again", async () => {
    const captures = `
      date        ticker  close
      2022-06-08  FB        196
      2022-06-08  META       12  -- a fund that gave the ticker up
      2022-06-09  META      184
      2022-06-08  BRK/B     300
    `;
    const history = `
      date        ticker  close
      2022-06-08  META      196
      2022-06-09  META      184
      2022-06-08  BRK-B     300
    `;
    const changes = [{ date: 20220609, oldTicker: "FB", newTicker: "META", name: null }];
    const pair = await pairOf({
      sources: [sourceOf("captures", captures), sourceOf("history", history, { labels: "latest" })],
      changes,
    });
    expect(pair.fields.close).toMatchObject({ compared: 3, equal: 3 });
    expect(pair.only_in_a.symbols).toEqual({
      count: 1,
      rows: 1,
      examples: ["META (until 2022-06-09)"],
    });
  });
});
