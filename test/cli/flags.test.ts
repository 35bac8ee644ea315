// What is wrong with a command line is said in one line, before anything is asked of S3.
import { describe, expect, it } from "vitest";
import { exitCode, told } from "../../cli/failure.ts";
import { list, text, values, yes } from "../../cli/flags.ts";
import { COMMANDS, isCommand } from "../../cli/help.ts";
import { AppError } from "../../lib/errors.ts";

describe("flags", () => {
  const FLAGS = { path: list, strict: yes, from: text };

  it("come with their values, some more than once", () => {
    expect(values(FLAGS, ["--path", "a", "--path=b", "--strict", "--from", "-1"])).toEqual({
      path: ["a", "b"],
      strict: true,
      from: "-1",
    });
  });

  it.each([
    [["--paht", "a"], "--paht is not a flag of this command; known are --path, --strict, --from"],
    [["a"], '"a" is not a flag'],
    [["--from"], "--from needs a value"],
    [["--from", "--strict"], "--from needs a value"],
    [["--from="], "--from needs a value"],
    [["--strict=no"], "--strict takes no value"],
    [["--from", "1", "--from", "2"], "--from is given more than once"],
    [["--toString", "1"], "--toString is not a flag"],
  ])("%j: %s", (argv, message) => {
    expect(() => values(FLAGS, argv)).toThrow(message);
  });
});

/** How a command that never gets as far as S3 ends. */
async function refusal(name: string, argv: readonly string[]): Promise<string> {
  if (!isCommand(name)) throw new Error(name);
  const { flags, run } = await COMMANDS[name].load();
  const error = await run(values(flags, argv)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return `${exitCode(error)} ${told(error)}`;
}

describe("bad input", () => {
  it.each([
    [
      "performance",
      ["--start-date", "2024-02-30"],
      '--start-date must be a day that exists, YYYY-MM-DD, was "2024-02-30"',
    ],
    ["performance", ["--risk-free", "2"], '--risk-free must be from -0.5 to 1, was "2"'],
    ["performance", ["--benchmark", "spx"], '--benchmark must be cap_weighted, was "spx"'],
    ["composition", [], "--date is required"],
    [
      "composition",
      ["--date", "2024-12-31", "--index", "A B"],
      "--index must be 1 to 63 of a-z, 0-9 and -",
    ],
    ["build", ["--start-date", "2024-12-02", "--size", "0"], "--size must be from 1 to 3000"],
    [
      "build",
      ["--start-date", "2024-12-02", "--size", "ten"],
      "--size must be a number from 1 to 3000",
    ],
    [
      "build",
      ["--start-date", "2024-12-02", "--one-per-issuer", "yes"],
      "--one-per-issuer must be true or false",
    ],
    [
      "build",
      ["--start-date", "2024-12-02", "--security-types", "bond"],
      "--security-types must be common, adr",
    ],
    [
      "build",
      ["--index", "a", "--size", "3"],
      "--index names an index that exists, --size makes one",
    ],
    ["export", ["--sheets", "prices"], "--sheets must be"],
    ["ingest", ["--source", "csv", "--gate", "maybe"], '--gate must be on or off, was "maybe"'],
    ["ingest", [], "--source is required; known are nasdaq-screener, csv, simulate"],
    ["ingest", ["--source", "telex"], '--source was "telex"; known are'],
    ["ingest", ["--source", "yahoo", "--tickers", "AAPL"], "--source yahoo needs --from and --to"],
    ["ingest", ["--source", "yahoo", "--path", "x"], "--path means nothing to --source yahoo"],
    ["ingest", ["--source", "csv", "--caps", "mine"], "--caps must be vendor or shares"],
    ["ingest", ["--source", "csv"], "--path is required"],
    ["ingest", ["--source", "csv", "--seed", "1"], "--seed means nothing to --source csv"],
    [
      "ingest",
      ["--source", "simulate", "--path", "x"],
      "--path means nothing to --source simulate",
    ],
    [
      "ingest",
      ["--source", "simulate", "--tickers", "-5"],
      '--tickers must be a whole number from 1 up, was "-5"',
    ],
    [
      "ingest",
      ["--source", "csv", "--path", "x", "--from", "2024-13-01"],
      "--from must be a day that exists",
    ],
    ["seed", ["--from", "2024-12-31", "--to", "2024-01-02"], "REVERSED_RANGE"],
  ])("%s %j ends with 2 and says %s", async (name, argv, line) => {
    const said = await refusal(name, argv);
    expect(said).toMatch(/^2 [^\n]*$/);
    expect(said).toContain(line);
  });
});

describe("a failure", () => {
  it("ends with the code of its status", () => {
    const codes = (["BAD_FILE", "UNKNOWN_INDEX", "MARKET_EXISTS", "DEPENDENCY_DOWN"] as const).map(
      (code) => exitCode(new AppError(code, "wrong")),
    );
    expect([...codes, exitCode(new Error("bug"))]).toEqual([2, 3, 4, 5, 1]);
  });

  it("shows the facts that help, and the stack of a bug", () => {
    const error = new AppError("NO_TRADING_DAY", "closed\n  that day", {
      previous_trading_day: "2024-12-24",
      next_trading_day: null,
      available: { start_date: "2023-01-03", end_date: "2024-12-31" },
    });
    expect(told(error)).toBe(
      "NO_TRADING_DAY: closed that day (previous_trading_day 2024-12-24; " +
        "available start_date 2023-01-03, end_date 2024-12-31)",
    );
    expect(told(new TypeError("oops"))).toMatch(/^INTERNAL: .*oops\n +at /s);
  });
});
