// Loading a market: rows are upserted, refused rows are kept with their reason, nothing half done is published.
import { describe, expect, it } from "vitest";
import { indices } from "../../lib/jobs/indices.ts";
import { sessionStatus } from "../../lib/jobs/market-status.ts";
import type { SecurityRecord } from "../../lib/ports.ts";
import { type Home, homes } from "./home.ts";
import { randomMarket } from "./random-market.ts";

const newHome = homes();

/** Rows of a query over every part whose name begins with `prefix`. */
async function rowsOf<T>(home: Home, prefix: string, sql: string): Promise<T[]> {
  const snapshot = await home.images.snapshot("market", { revalidate: true });
  try {
    const rows: T[] = [];
    for (const name of Object.keys(snapshot.manifest.parts)) {
      if (name.startsWith(prefix)) rows.push(...(await snapshot.open(name)).query<T>(sql));
    }
    return rows;
  } finally {
    snapshot.release();
  }
}

const stored = async (home: Home) =>
  (
    await rowsOf<{ ticker: string; date: string; close: number; market_cap: number | null }>(
      home,
      "bars/",
      "select ticker, date, close, market_cap from daily_stock_data order by date, ticker",
    )
  ).map(({ ticker, date, close, market_cap }) => `${date} ${ticker} ${close}@${market_cap ?? "-"}`);

const manifestOf = async (home: Home) => {
  const snapshot = await home.images.snapshot("market", { revalidate: true });
  snapshot.release();
  return snapshot.manifest;
};

const FIRST = `
  date        A       B
  2024-01-02  10@100  20@200
  2024-01-03  11@110  21@210
`;

describe("rows", () => {
  it("of a later file correct an earlier one and never empty a day", async () => {
    const home = await newHome();
    await home.ingest({ files: [{ name: "1.csv", rows: FIRST }] });
    const summary = await home.ingest({
      files: [
        { name: "2.csv", rows: "date A C\n2024-01-03 12@120 5@50" },
        { name: "3.csv", rows: "date A\n2024-01-03 13@-" },
      ],
    });
    expect(summary).toMatchObject({ outcome: "committed", rows_accepted: 3, days: 1 });
    expect(await stored(home)).toEqual([
      "2024-01-02 A 10@100",
      "2024-01-02 B 20@200",
      "2024-01-03 A 13@-",
      "2024-01-03 B 21@210",
      "2024-01-03 C 5@50",
    ]);
  });

  it("stand in caps in the form the index reads, with the runs on which each name is priced", async () => {
    const home = await newHome();
    const rows = `
      date        A       B
      2024-01-02  10@100  .
      2024-01-03  11@110  21@-
      2024-01-04  .       22@220
      2024-01-05  13@130  23@0
    `;
    await home.ingest({ files: [{ name: "1.csv", rows }] });
    expect(await rowsOf(home, "caps/", "select date, symbol, close, market_cap from cap")).toEqual([
      { date: 20240102, symbol: 1, close: 10, market_cap: 100 },
      { date: 20240103, symbol: 1, close: 11, market_cap: 110 },
      { date: 20240103, symbol: 2, close: 21, market_cap: null },
      { date: 20240104, symbol: 2, close: 22, market_cap: 220 },
      { date: 20240105, symbol: 1, close: 13, market_cap: 130 },
      { date: 20240105, symbol: 2, close: 23, market_cap: 0 },
    ]);
    expect(await rowsOf(home, "caps/", "select * from coverage")).toEqual([
      { symbol: 1, first_date: 20240102, last_date: 20240103 },
      { symbol: 1, first_date: 20240105, last_date: 20240105 },
      { symbol: 2, first_date: 20240103, last_date: 20240105 },
    ]);
    expect(
      await rowsOf(home, "reference", "select date, priced_rows, capped_rows from session"),
    ).toEqual([
      { date: 20240102, priced_rows: 1, capped_rows: 1 },
      { date: 20240103, priced_rows: 2, capped_rows: 1 },
      { date: 20240104, priced_rows: 1, capped_rows: 1 },
      { date: 20240105, priced_rows: 2, capped_rows: 1 },
    ]);
  });

  it("outside from and to are left alone", async () => {
    const home = await newHome();
    const summary = await home.ingest(
      { files: [{ name: "1.csv", rows: FIRST }] },
      { from: 20240103, to: 20240103 },
    );
    expect(summary).toMatchObject({
      rows_read: 2,
      available: { first: "2024-01-03", last: "2024-01-03" },
    });
  });

  it("keep every digit that was delivered", async () => {
    const home = await newHome();
    await home.ingest({
      files: [{ name: "1.csv", rows: "date A\n2024-01-02 0.1234567890123@2789012345678.25" }],
    });
    expect(await stored(home)).toEqual(["2024-01-02 A 0.1234567890123@2789012345678.25"]);
  });

  it("in order of tickers come to the same market as in order of days", async () => {
    const market = randomMarket(5, 20221220, 20240112, { names: 5 });
    const byTicker = [...market.rows].sort(
      (a, b) => a.ticker.localeCompare(b.ticker) || a.date - b.date,
    );
    const [one, other] = [await newHome(), await newHome()];
    await one.ingest({ ...market, files: [{ name: "1.csv", rows: market.rows }] });
    await other.ingest({ ...market, files: [{ name: "1.csv", rows: byTicker }] });
    expect(Object.keys((await manifestOf(other)).parts)).toEqual([
      "bars/2022",
      "bars/2023",
      "bars/2024-01",
      "caps/2022",
      "caps/2023",
      "caps/2024-01",
      "reference",
    ]);
    expect(await stored(other)).toEqual(await stored(one));
    // Each part was written once, though the years come round again with each ticker.
    const uploaded = await other.objects.list("images/market/");
    expect(uploaded.filter(({ key }) => key.endsWith(".zst"))).toHaveLength(7);
  });
});

describe("refused rows", () => {
  const WITH_FAULTS = `
    date        A       B
    2024-01-12  10@100  20@200
    2024-01-15  10@100  20@200  -- Martin Luther King Jr. Day
    2024-01-13  10@100  .       -- a Saturday
  `;

  it("are quarantined with file, line and reason", async () => {
    const home = await newHome();
    const rows = [
      { date: 20240112, ticker: "A", close: 10, marketCap: 100 },
      { date: 20240112, ticker: "B", close: 20, marketCap: 200 },
      { date: 20240112, ticker: "A", close: 11, marketCap: 110 },
    ];
    const summary = await home.ingest({
      files: [
        { name: "faults.csv", rows: WITH_FAULTS },
        { name: "twice.csv", rows },
      ],
    });
    expect(summary).toMatchObject({
      rows_read: 8,
      rows_accepted: 4,
      sessions_total: 1,
      quarantined: { NON_SESSION: 3, DUPLICATE_ROW: 1 },
    });
    const quarantine = await rowsOf(
      home,
      "reference",
      "select file, line, date, ticker, reason, detail from quarantine",
    );
    expect(quarantine).toMatchObject([
      {
        file: "faults.csv",
        line: 4,
        date: 20240115,
        ticker: "A",
        reason: "NON_SESSION",
        detail: expect.stringContaining("Martin Luther King Jr. Day"),
      },
      { file: "faults.csv", line: 5, ticker: "B" },
      { file: "faults.csv", line: 6, date: 20240113, detail: expect.stringContaining("Saturday") },
      {
        file: "twice.csv",
        line: 2,
        ticker: "A",
        reason: "DUPLICATE_ROW",
        detail: expect.stringContaining("line 4"),
      },
    ]);
    // Of two rows in one file the last stands, and it corrects the file before.
    expect(await stored(home)).toEqual(["2024-01-12 A 11@110", "2024-01-12 B 20@200"]);
  });

  it("end a strict job with where and why, and publish nothing", async () => {
    const home = await newHome();
    await expect(
      home.ingest({ files: [{ name: "faults.csv", rows: WITH_FAULTS }] }, { isStrict: true }),
    ).rejects.toMatchObject({
      code: "BAD_FILE",
      details: { file: "faults.csv", line: 4, reason: "NON_SESSION" },
    });
    expect((await manifestOf(home)).seq).toBe(0);
  });
});

describe("a job", () => {
  it("that would leave too few sessions publishes nothing and says how many there are", async () => {
    const home = await newHome();
    await expect(
      home.ingest({ files: [{ name: "1.csv", rows: FIRST }] }, { minDays: 30 }),
    ).rejects.toMatchObject({
      code: "TOO_FEW_SESSIONS",
      message: expect.stringContaining("2 sessions"),
      details: { sessions: 2, min_days: 30 },
    });
    expect((await manifestOf(home)).seq).toBe(0);
    // What is stored already counts.
    await home.ingest({ files: [{ name: "1.csv", rows: FIRST }] });
    const more = { files: [{ name: "2.csv", rows: "date A\n2024-01-04 9@9" }] };
    expect(await home.ingest(more, { minDays: 3 })).toMatchObject({ sessions_total: 3 });
  });

  it("that reads the same files again changes no byte", async () => {
    const home = await newHome();
    const market = randomMarket(2, 20231215, 20240110);
    const spec = { ...market, files: [{ name: "1.csv", rows: market.rows }] };
    const first = await home.ingest(spec);
    const before = await manifestOf(home);
    expect(await home.ingest(spec)).toMatchObject({
      outcome: "unchanged",
      version: first.version,
      rows_accepted: market.rows.length,
    });
    expect(await manifestOf(home)).toEqual(before);
  });

  it("that is delivered twice is done once", async () => {
    const home = await newHome();
    await home.ingest({ files: [{ name: "1.csv", rows: FIRST }] }, { jobId: "nightly" });
    const other = { files: [{ name: "2.csv", rows: "date A\n2024-01-04 9@9" }] };
    expect(await home.ingest(other, { jobId: "nightly" })).toMatchObject({ outcome: "repeated" });
    expect(await stored(home)).toHaveLength(4);
  });
});

describe("years", () => {
  const partsOf = async (home: Home) => Object.keys((await manifestOf(home)).parts);

  it("are kept in months while they are the latest, and folded when a later one begins", async () => {
    const home = await newHome();
    const market = randomMarket(9, 20231115, 20240110);
    const of = (from: number, to: number) =>
      market.rows.filter((row) => row.date >= from && row.date <= to);
    await home.ingest({ ...market, files: [{ name: "1.csv", rows: of(0, 20231231) }] });
    expect(await partsOf(home)).toEqual([
      "bars/2023-11",
      "bars/2023-12",
      "caps/2023-11",
      "caps/2023-12",
      "reference",
    ]);
    await home.build({ start: 20231115, end: 20231229 });
    const [rows, version] = [await stored(home), await home.version("index")];
    await home.ingest({ ...market, files: [{ name: "2.csv", rows: of(20240101, 20241231) }] });
    expect(await partsOf(home)).toEqual([
      "bars/2023",
      "bars/2024-01",
      "caps/2023",
      "caps/2024-01",
      "reference",
    ]);
    expect((await stored(home)).slice(0, rows.length)).toEqual(rows);
    expect((await home.build({ start: 20231115, end: 20231229 })).outcome).toBe("unchanged");
    expect(await home.version("index")).toBe(version);
    const { parts } = await manifestOf(home);
    expect(parts["caps/2023"]).toMatchObject({ from: 20231115, to: 20231229, rows: rows.length });
    // A late row goes to the closed year.
    await home.ingest({ files: [{ name: "3.csv", rows: "date LATE\n2023-12-01 1@1" }] });
    expect(await partsOf(home)).toHaveLength(5);
    expect(await stored(home)).toContain("2023-12-01 LATE 1@1");
  });

  it("take rows of their months and newer ones together when they are folded", async () => {
    const home = await newHome();
    await home.ingest({
      files: [{ name: "1.csv", rows: "date A B\n2023-11-30 1@1 2@2\n2023-12-01 1@1 2@2" }],
    });
    await home.ingest({
      files: [{ name: "2.csv", rows: "date A\n2023-12-01 7@7\n2023-12-04 8@8\n2024-01-02 9@9" }],
    });
    expect(await partsOf(home)).toEqual([
      "bars/2023",
      "bars/2024-01",
      "caps/2023",
      "caps/2024-01",
      "reference",
    ]);
    expect(await stored(home)).toEqual([
      "2023-11-30 A 1@1",
      "2023-11-30 B 2@2",
      "2023-12-01 A 7@7",
      "2023-12-01 B 2@2",
      "2023-12-04 A 8@8",
      "2024-01-02 A 9@9",
    ]);
  });
});

describe("simulated and real data", () => {
  const simulated = { kind: "simulated" as const, name: "simulate" };
  const files = [{ name: "1.csv", rows: FIRST }];

  it("never mix: real data replaces a simulation and the indices built on it", async () => {
    const home = await newHome();
    await home.ingest({ ...simulated, files });
    await home.build({ id: "one", start: 20240102, end: 20240103 });
    await home.build({ id: "two", start: 20240102, end: 20240103 });
    const real = await home.ingest({
      files: [{ name: "r.csv", rows: "date REAL\n2024-01-03 5@50" }],
    });
    expect(real.dropped_indices).toEqual(["one", "two"]);
    expect(await stored(home)).toEqual(["2024-01-03 REAL 5@50"]);
    expect((await indices(home.images, { revalidate: true })).indices).toEqual([]);
    expect((await sessionStatus(home.images, { revalidate: true })).market).toMatchObject({
      kind: "real",
    });
  });

  it("keep the simulation and its indices when the real job publishes nothing", async () => {
    const home = await newHome();
    await home.ingest({ ...simulated, files });
    await home.build({ id: "one", start: 20240102, end: 20240103 });
    await expect(home.ingest({ files }, { minDays: 3 })).rejects.toMatchObject({
      code: "TOO_FEW_SESSIONS",
    });
    expect((await indices(home.images, { revalidate: true })).indices).toHaveLength(1);
    expect((await sessionStatus(home.images)).market).toMatchObject({ kind: "simulated" });
  });

  it("refuses to simulate into a real market", async () => {
    const home = await newHome();
    await home.ingest({ files });
    await expect(home.ingest({ ...simulated, files })).rejects.toMatchObject({
      code: "MARKET_IS_REAL",
    });
    expect((await manifestOf(home)).seq).toBe(1);
  });
});

describe("facts", () => {
  const record = (ticker: string, validFrom: number, name: string): SecurityRecord => ({
    ticker,
    validFrom,
    validTo: 99991231,
    exchange: "NASDAQ",
    name,
    country: "United States",
    securityType: "common",
    issuer: null,
    primaryLine: 1,
  });
  const files = [{ name: "1.csv", rows: FIRST }];

  it("of a ticker in a securities file replace all it had, and leave the others", async () => {
    const home = await newHome();
    await home.ingest({
      files,
      securities: [
        record("A", 20200101, "Alpha"),
        record("A", 20210101, "Alpha 2"),
        record("B", 20200101, "Beta"),
      ],
    });
    await home.ingest({ files, securities: [record("A", 20220101, "Alpha 3")] });
    expect(
      await rowsOf(home, "reference", "select ticker, name, market, active from stock_metadata"),
    ).toEqual([
      { ticker: "A", name: "Alpha 3", market: "NASDAQ", active: 1 },
      { ticker: "B", name: "Beta", market: "NASDAQ", active: 1 },
    ]);
    expect(await rowsOf(home, "reference", "select valid_from from security_record")).toEqual([
      { valid_from: 20220101 },
      { valid_from: 20200101 },
    ]);
  });

  it("show the company's number at the SEC where the source says it", async () => {
    const home = await newHome();
    await home.ingest({
      files,
      securities: [
        { ...record("A", 20200101, "Alpha"), cik: "0000320193" },
        record("B", 20200101, "Beta"),
      ],
    });
    expect(await rowsOf(home, "reference", "select ticker, cik from stock_metadata")).toEqual([
      { ticker: "A", cik: "0000320193" },
      { ticker: "B", cik: null },
    ]);
  });

  it("of a day, ticker and kind replace each other; two dividends of one file stand side by side", async () => {
    const home = await newHome();
    const action = (kind: "split" | "dividend", value: number) => ({
      date: 20240103,
      ticker: "A",
      action: kind,
      value,
    });
    await home.ingest({
      files,
      actions: [action("dividend", 1), action("dividend", 0.5), action("split", 2)],
    });
    await home.ingest({ files, actions: [action("dividend", 2)] });
    expect(await rowsOf(home, "reference", "select action, value from corporate_action")).toEqual([
      { action: "dividend", value: 2 },
      { action: "split", value: 2 },
    ]);
  });

  it("tell sessions nobody captured from closed days", async () => {
    const home = await newHome();
    const rows = "date A\n2024-01-12 1@1\n2024-01-17 1@1\n2024-01-18 1@1";
    await home.ingest({ files: [{ name: "1.csv", rows }] });
    expect(await sessionStatus(home.images)).toMatchObject({
      available: { start_date: "2024-01-12", end_date: "2024-01-18" },
      sessions_total: 3,
      missing: ["2024-01-16"],
    });
  });
});
