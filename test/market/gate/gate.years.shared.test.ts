// Three years of real captures through the gate: the faults known by date, all splits, and no squeeze touched.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  type DayVerdict,
  Gate,
  type GateDay,
  HISTORY_SESSIONS,
} from "../../../lib/market/gate/gate.ts";
import { isNear } from "../../../lib/market/gate/ratio.ts";
import { isoDay } from "../../../lib/time.ts";
import { Captures, EXCHANGES } from "./screener.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const data = `${shared}/data/equities_nasdaq_screener`;
const actionsFile = `${shared}/data/equities_ohlcv/corporate_actions_2021_2023.csv`;

type Pass = Readonly<{ days: readonly GateDay[]; verdicts: readonly DayVerdict[] }>;

function gateOf(captures: Captures, splits: ReadonlyMap<string, number> = new Map()): Gate {
  return new Gate({
    exchanges: EXCHANGES,
    tickerOf: captures.tickerOf,
    splitOn: (symbol, date) => splits.get(`${captures.tickerOf(symbol)} ${date}`) ?? 1,
  });
}

function passOf(captures: Captures, splits?: ReadonlyMap<string, number>): Pass {
  const gate = gateOf(captures, splits);
  return { days: captures.days, verdicts: captures.days.map((day) => gate.judge(day)) };
}

/** Splits and spin-off factors of the file by "TICKER YYYYMMDD". */
function readActions(kinds: readonly string[]): Map<string, number> {
  const lines = readFileSync(actionsFile, "utf8").trimEnd().split("\n").slice(1);
  const chosen = lines.map((line) => line.split(",")).filter(([, , kind]) => kinds.includes(kind!));
  return new Map(
    chosen.map(([date, ticker, , value]) => [
      `${ticker} ${date!.replaceAll("-", "")}`,
      Number(value),
    ]),
  );
}

/** Runs of one rule on one name: "2021-03-08..2021-03-09 CSCO 2x share_multiple 24.000". */
function runsOf(captures: Captures, { days, verdicts }: Pass, least: number): string[] {
  type Run = {
    name: string;
    rule: string;
    from: number;
    to: number;
    count: number;
    at: number;
    factor: number;
    used: number;
  };
  const runs: Run[] = [];
  const open = new Map<string, Run>();
  verdicts.forEach(({ date, repairs }, at) => {
    for (const { row, rule, delivered, used } of repairs) {
      const name = captures.tickerOf(days[at]!.symbol[row]!);
      const factor = delivered / used;
      let run = open.get(`${name} ${rule}`);
      if (
        !run ||
        run.at !== at - 1 ||
        !(factor === run.factor || isNear(factor, run.factor, 0.1))
      ) {
        run = { name, rule, from: date, to: date, count: 0, at, factor, used };
        open.set(`${name} ${rule}`, run);
        runs.push(run);
      }
      Object.assign(run, {
        to: date,
        at,
        factor,
        count: run.count + 1,
        used: Math.max(run.used, used),
      });
    }
  });
  return runs
    .filter(({ used }) => used > least)
    .map(({ name, rule, from, to, count, factor }) => {
      const range = from === to ? isoDay(from) : `${isoDay(from)}..${isoDay(to)}`;
      return `${range} ${name} ${count}x ${rule} ${factor.toPrecision(5)}`;
    });
}

if (!existsSync(data)) {
  console.warn(`skipped: "${data}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("judges the real captures", () => {});
} else {
  const captures = new Captures();
  for (const year of [2021, 2022, 2023]) captures.read(`${data}/daily_${year}.csv.gz`);
  const pass = passOf(captures);
  const runs = runsOf(captures, pass, 0);
  const splitsFound: ReadonlyMap<string, number> = new Map(
    pass.verdicts.flatMap(({ date, detectedSplits }) =>
      detectedSplits.map(
        ({ symbol, ratio }) => [`${captures.tickerOf(symbol)} ${date}`, ratio] as const,
      ),
    ),
  );
  const verdictOf = (date: number) => pass.verdicts.find((verdict) => verdict.date === date)!;
  const dayOf = (date: number) => pass.days.find((day) => day.date === date)!;
  /** The market cap that is stored, in USD billions, and by which rule. */
  const stored = (ticker: string, date: number) => {
    const day = dayOf(date);
    const row = day.symbol.indexOf(captures.idOf(ticker));
    const repair = verdictOf(date).repairs.find((one) => one.row === row);
    return [
      Math.round((repair?.used ?? day.marketCap[row]!) / 1e9),
      repair?.rule ?? "as delivered",
    ];
  };
  const reasonsOf = (date: number) =>
    verdictOf(date).findings.map(({ exchange, reason }) => `${EXCHANGES[exchange]} ${reason}`);

  describe("market caps of 2021 to 2023", () => {
    it.each([
      ["AMZN", 20220603, 1245, "as delivered"],
      ["AMZN", 20220606, 1270, "split_factor"],
      ["AMZN", 20220607, 1252, "as delivered"],
      ["CSCO", 20210308, 201, "share_multiple"],
      ["BAC", 20210329, 331, "share_multiple"],
      ["BAC", 20210407, 346, "share_multiple"],
      ["BAC", 20210408, 343, "as delivered"],
      ["AMGN", 20210909, 122, "share_multiple"],
      ["CSGP", 20210616, 34, "power_of_ten"],
      ["CSGP", 20210628, 34, "split_factor"],
      ["CSGP", 20210712, 34, "split_factor"],
      ["CSGP", 20210713, 34, "as delivered"],
      ["GEN", 20221230, 14, "share_multiple"],
      ["TSLA", 20220825, 921, "split_factor"],
      ["WFC", 20230803, 169, "share_multiple"],
      ["JPM", 20231205, 457, "share_multiple"],
    ])("%s on %i is USD %i bn, %s", (ticker, date, billions, rule) => {
      expect(stored(ticker, date)).toEqual([billions, rule]);
    });

    it.each([
      "2021-03-29..2021-04-07 BAC 7x share_multiple 8.0000",
      "2021-09-09..2021-09-15 AMGN 5x share_multiple 48.000",
      "2021-06-16..2021-06-25 CSGP 8x power_of_ten 10.000",
      "2021-06-28..2021-07-12 CSGP 10x split_factor 100.00",
      "2021-11-01..2021-11-03 IDXX 3x share_multiple 8.0000",
      "2021-11-01..2021-11-09 ILMN 7x share_multiple 2.0000",
      "2023-02-13..2023-04-03 PCAR 35x implied_shares 23.287",
      "2023-05-30..2023-06-01 CPRT 3x cap_absent 0.0000",
    ])("the fault of %s is repaired to its end", (run) => {
      expect(runs).toContain(run);
    });

    it("weeks-long faults are never believed", () => {
      const believed = pass.verdicts.flatMap((verdict, at) =>
        verdict.believed.map(({ row }) => captures.tickerOf(pass.days[at]!.symbol[row]!)),
      );
      const faults = ["PCAR", "JBHT", "IDXX", "ILMN", "ODFL", "EQIX", "WFC", "NOW", "DELL", "GEN"];
      expect(faults.filter((ticker) => believed.includes(ticker))).toEqual([]);
    });

    it("mergers are believed after a week", () => {
      expect(stored("APO", 20220114)[1]).toBe("implied_shares");
      expect(stored("APO", 20220118)).toEqual([41, "as delivered"]);
      expect(stored("ADI", 20210907)[1]).toBe("implied_shares");
      // From here on the new number is believed, and the fourfold of it is not.
      expect(stored("ADI", 20210908)).toEqual([88, "share_multiple"]);
    });

    it("Berkshire's absent caps stay absent", () => {
      expect(stored("BRK/A", 20220907)).toEqual([Number.NaN, "as delivered"]);
      expect(runs.filter((run) => / (BRK\/[AB]|BF\/B) /.test(run))).toEqual([]);
    });

    it("squeezes pass untouched", () => {
      const names = ["RKT", "GME", "AMC", "BB", "KOSS", "NOK", "CLOV"].map((name) =>
        captures.idOf(name),
      );
      const until = pass.days.findIndex(({ date }) => date > 20210526);
      const touched = pass.verdicts.slice(0, until).flatMap(({ date, fate }, at) =>
        [...fate].flatMap((fateOfRow, row) => {
          const symbol = pass.days[at]!.symbol[row]!;
          return fateOfRow > 0 && names.includes(symbol)
            ? [`${date} ${captures.tickerOf(symbol)}`]
            : [];
        }),
      );
      expect(touched).toEqual([]);
      const june = runs.filter((run) => /^2021-0[1-6].* (GME|AMC) /.test(run));
      expect(june).toEqual([]);
      expect(stored("RKT", 20210302)).toEqual([83, "as delivered"]);
    });
  });

  describe("files of 2021 to 2023", () => {
    it("the one of 2021-10-29 is the only one that fails", () => {
      const failed = pass.verdicts.flatMap((verdict) =>
        verdict.findings
          .filter(({ isFailure }) => isFailure)
          .map(({ exchange, reason, detail }) => [
            verdict.date,
            EXCHANGES[exchange],
            reason,
            detail,
          ]),
      );
      const detail = "526 of 526 closes are those before, 243 with the same volume";
      expect(failed).toEqual([[20211029, "nasdaq", "stale_file", detail]]);
    });

    it("its correction, taken a day later, is accepted", () => {
      const gate = gateOf(captures);
      const before = pass.days.filter(({ date }) => date < 20211029);
      for (const day of before.slice(-HISTORY_SESSIONS)) gate.prime(day);
      const extra = gunzipSync(
        readFileSync(`${data}/extra_captures_non_sessions_2021_2023.csv.gz`),
      ).toString("latin1");
      const lines = extra.split("\n").filter((line) => line.startsWith("2021-10-31"));
      const nyse = dayOf(20211029);
      const verdict = gate.judge(captures.dayOf(lines, nyse.date));
      expect(lines.length).toBe(528);
      expect(verdict.findings.filter(({ reason }) => reason === "stale_file")).toEqual([]);
    });

    it("the capture of a holiday repeats the session before", () => {
      const gate = gateOf(captures);
      for (const day of pass.days.filter(({ date }) => date < 20210216)) gate.prime(day);
      const extra = gunzipSync(
        readFileSync(`${data}/extra_captures_non_sessions_2021_2023.csv.gz`),
      ).toString("latin1");
      const lines = extra.split("\n").filter((line) => line.startsWith("2021-02-16"));
      const { findings } = gate.judge(captures.dayOf(lines, 20210216));
      // Nine rows of amex are too few to tell.
      expect(findings.map(({ exchange, reason }) => [EXCHANGES[exchange], reason])).toEqual([
        ["amex", "net_change_disagrees"],
        ["nasdaq", "stale_file"],
        ["nyse", "stale_file"],
      ]);
    });

    it("net changes are set aside where they contradict the closes", () => {
      const days = pass.verdicts
        .filter(({ findings }) => findings.some(({ reason }) => reason === "net_change_disagrees"))
        .map(({ date }) => date);
      // After the stale file, two days of wrong net changes, after two sessions nobody captured, and one on amex.
      expect(days).toEqual([20211101, 20220105, 20220107, 20221222, 20221229, 20231208]);
      expect(reasonsOf(20220105)).toEqual([
        "amex net_change_disagrees",
        "nyse net_change_disagrees",
      ]);
    });

    it("META's missing rows are findings", () => {
      const missing = [20220613, 20220614, 20220615, 20220616].map((date) =>
        verdictOf(date).findings.some(
          ({ reason, detail }) => reason === "symbol_missing" && detail.includes("META"),
        ),
      );
      expect(missing).toEqual([true, true, false, true]);
    });
  });

  describe("splits of 2021 to 2023", () => {
    it.each([
      ["NVDA 20210720", 4],
      ["GE 20210802", 0.125],
      ["AMZN 20220606", 20],
      ["GOOGL 20220718", 20],
      ["GOOG 20220718", 20],
      ["TSLA 20220825", 3],
    ])("%s is %d", (split, ratio) => {
      expect(splitsFound.get(split)).toBe(ratio);
    });

    it("all of the file come out, but for the spin-off of IAC that it calls one", () => {
      const filed = readActions(["split"]);
      const differing = [...filed].filter(
        ([split, ratio]) => !isNear(splitsFound.get(split) ?? 0, ratio, 1e-5),
      );
      expect(filed.size).toBe(60);
      expect(differing).toEqual([["IAC 20210525", 1.5]]);
    });

    it("nine come out besides, all of them real", () => {
      const filed = readActions(["split"]);
      const others = [...splitsFound].filter(([split]) => !filed.has(split));
      // Stock dividends of BBD, BBDO and CIG, and consolidations and changes of ADS ratios of small names.
      expect(others.map(([split, ratio]) => `${split} ${ratio}`)).toEqual([
        "BBD 20210419 1.1",
        "BBDO 20210419 1.1",
        "BBD 20220419 1.1",
        "BBDO 20220419 1.1",
        "CIG 20220519 1.3",
        "QNRX 20220801 0.08",
        "BHG 20230522 0.0125",
        "BDRX 20230705 0.0125",
        "FFIE 20230828 0.0125",
      ]);
    });

    it("without net changes none comes out that is not one of them", () => {
      const gate = gateOf(captures);
      const found = pass.days.flatMap((day) => {
        const netChange = new Float64Array(day.count).fill(Number.NaN);
        return gate
          .judge({ ...day, netChange })
          .detectedSplits.map(
            ({ symbol, ratio }) => [`${captures.tickerOf(symbol)} ${day.date}`, ratio] as const,
          );
      });
      expect(found.length).toBe(27);
      expect(found.filter(([split, ratio]) => splitsFound.get(split) !== ratio)).toEqual([]);
    });

    it("with the file of actions none is detected twice, and IAC's is contradicted", () => {
      const actions = readActions(["split", "spinoff_factor"]);
      const { verdicts } = passOf(captures, actions);
      expect(verdicts.flatMap(({ detectedSplits }) => detectedSplits).length).toBe(9);
      const contradicted = verdicts.flatMap(({ date, findings }) =>
        findings
          .filter(({ reason }) => reason === "split_contradicted")
          .map(({ detail }) => [date, detail]),
      );
      expect(contradicted).toEqual([
        [20210525, "the net change contradicts the split announced for IAC"],
      ]);
    });
  });

  describe("all repairs of 2021 to 2023", () => {
    it("are so many by rule", () => {
      const counts: Record<string, number> = {};
      for (const { repairs } of pass.verdicts) {
        for (const { rule } of repairs) counts[rule] = (counts[rule] ?? 0) + 1;
      }
      expect(counts).toMatchInlineSnapshot(`
        {
          "cap_absent": 175,
          "implied_shares": 5975,
          "power_of_ten": 406,
          "share_multiple": 5893,
          "split_factor": 353,
        }
      `);
    });

    it("of names above USD 30 bn are 184 runs, and those above USD 100 bn stand in the docs", () => {
      expect(runsOf(captures, pass, 30e9)).toHaveLength(184);
      const listed = /```\n(20[^`]*)\n```/.exec(readFileSync("docs/gate.md", "utf8"))?.[1];
      expect(runsOf(captures, pass, 100e9)).toEqual(listed?.split("\n"));
    });

    it("a gate told of the stored sessions goes on the same", () => {
      const kept = pass.days.map((day, at) => keptOf(day, pass.verdicts[at]!));
      const differing: number[] = [];
      for (let at = 1; at < pass.days.length; at += 12) {
        const gate = gateOf(captures, splitsFound);
        for (const day of kept.slice(Math.max(0, at - HISTORY_SESSIONS), at)) gate.prime(day);
        const { repairs, believed, findings, failed } = gate.judge(pass.days[at]!);
        const whole = pass.verdicts[at]!;
        const expected = [whole.repairs, whole.believed, whole.findings, whole.failed];
        const found = [repairs, believed, findings, failed];
        if (JSON.stringify(found) !== JSON.stringify(expected)) differing.push(whole.date);
      }
      expect(differing).toEqual([]);
    }, 60_000);
  });
}

/** A day as it is stored: repaired, without the rows that were refused, and without net changes. */
function keptOf(day: GateDay, { fate, repairs }: DayVerdict): GateDay {
  const stored = day.marketCap.slice();
  for (const { row, used } of repairs) stored[row] = used;
  const rows = [...fate.keys()].filter((row) => fate[row]! < 2);
  const column = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
  const none = new Float64Array(rows.length).fill(Number.NaN);
  return {
    date: day.date,
    count: rows.length,
    symbol: Int32Array.from(rows, (row) => day.symbol[row]!),
    exchange: Uint8Array.from(rows, (row) => day.exchange[row]!),
    open: none,
    high: none,
    low: none,
    close: column(day.close),
    netChange: none,
    volume: column(day.volume),
    marketCap: column(stored),
    delivered: column(day.marketCap),
  };
}
