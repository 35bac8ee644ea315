/** What the commands are and what they take. Loads none of them: help is quick. */
import type { Command } from "./flags.ts";

type Entry = Readonly<{ does: string; takes: string; load: () => Promise<Command> }>;

const RANGE = `  --start-date DAY --end-date DAY  first and last day, YYYY-MM-DD
  --index ID                       default top100-ew`;
const JSON_FLAG = "  --json                           print the endpoint's body and nothing else";

export const COMMANDS = {
  ingest: {
    does: "load a market from files, from a vendor or from a simulation",
    takes: `  --source NAME                    nasdaq-screener, csv, simulate, yahoo, polygon, alpha-vantage, nasdaq-api
  --path FILE                      daily rows; a name, a pattern or s3://bucket/prefix/ (repeatable)
  --securities FILE                who the securities are (repeatable, as the next three)
  --actions FILE                   splits, spin-offs, dividends, delistings, renames
  --symbol-changes FILE            renames
  --captures FILE                  when each capture was taken (nasdaq-screener)
  --seed N --tickers N             of a simulation; default 7 and 600
  --tickers A,B                    of a vendor; the whole market when left out, where the vendor can give it
  --shares sec-edgar               shares outstanding from EDGAR's filings, beside a vendor's prices
  --caps vendor|shares             which market cap counts where shares are known; default vendor
  --precedence "A,B;market_cap:B"  whose value stands where several sources have one, most trusted first; fields
                                   (close, volume, market_cap) may have lists of their own; default SOURCE_PRECEDENCE
  --from DAY --to DAY              take only these days (of a simulation: its first and last; a vendor needs them)
  --min-days N                     sessions the market must hold afterwards; default MIN_DAYS (30)
  --strict                         end at the first row that would be set aside
  --gate on|off                    the quality gate between source and market; default GATE (on)
  --json                           print the summary as JSON`,
    load: async () => (await import("./commands/ingest.ts")).command,
  },
  build: {
    does: "build an index for a range of days",
    takes: `${RANGE}, or its rules:
  --size N  --rebalance daily|on_change|monthly|quarterly  --return-type price|total
  --base-value N  --one-per-issuer true|false  --max-stale-days N  --notional-per-constituent USD
  --countries A,B  --security-types common,adr,...  --id ID
${JSON_FLAG}`,
    load: async () => (await import("./commands/build.ts")).command,
  },
  performance: {
    does: "levels, returns and statistics",
    takes: `${RANGE}
  --benchmark cap_weighted         the same members weighted by market cap beside it
  --risk-free R                    annual, as a fraction
  --cost-bps N                     cost of trading one side
${JSON_FLAG}`,
    load: async () => (await import("./commands/performance.ts")).command,
  },
  composition: {
    does: "the members at the close of one day",
    takes: `  --date DAY                       YYYY-MM-DD
  --index ID                       default top100-ew
  --reserve N                      also the N names that stood next
${JSON_FLAG}`,
    load: async () => (await import("./commands/composition.ts")).command,
  },
  changes: {
    does: "the days on which members entered and left",
    takes: `${RANGE}
${JSON_FLAG}`,
    load: async () => (await import("./commands/changes.ts")).command,
  },
  export: {
    does: "the workbook of an index",
    takes: `${RANGE}
  --sheets A,B                     performance, composition, changes, summary, about; default all
  --output FILE                    save it there instead of printing its link
${JSON_FLAG}`,
    load: async () => (await import("./commands/export.ts")).command,
  },
  verify: {
    does: "check every stored part and rebuild each index to compare",
    takes: "  --json                           print the report as JSON",
    load: async () => (await import("./commands/verify.ts")).command,
  },
  quality: {
    does: "what was repaired, refused or noticed when the market was loaded",
    takes: `  --date DAY                       one day in full; all sessions in numbers when left out
  --csv                            every repaired figure and refused row as csv, of all sessions, of --date or of
    --start-date DAY --end-date DAY  these days; one of the two may be left out
${JSON_FLAG}`,
    load: async () => (await import("./commands/quality.ts")).command,
  },
  universe: {
    does: "the securities the market had on a day, with those that have left since",
    takes: `  --date DAY                       a session, YYYY-MM-DD
  --ticker TICKER                  only who had it on the day
  --limit N                        members to print, 1 to 10000; default 1000
  --cursor TEXT                    go on after an earlier answer
${JSON_FLAG}`,
    load: async () => (await import("./commands/universe.ts")).command,
  },
  reconcile: {
    does: "compare two or three sources on the days they share",
    takes: `  --source NAME=KIND:PATH[:BASIS]  two or three of them; KIND nasdaq-screener or csv (date, ticker, close and more),
                                   PATH a file or pattern on disk, BASIS unadjusted (default), splits or splits+spinoffs
  --source NAME=stooq:A,B[:BASIS]  bars of these tickers from Stooq, by default on the basis splits; needs --from and --to
  --actions FILE                   splits and spin-offs, to bring all to one basis (repeatable)
  --symbol-changes FILE            renames (repeatable)
  --from DAY --to DAY              compare only these days
  --close-bp N --volume-percent N --cap-percent N
                                   how far apart equal values may be; default 5, 1 and 1
  --min-close-share S              end with 1 when a pair agrees on a smaller fraction of its closes
  --top N                          entries of each list; default 10
  --json                           print the report as JSON`,
    load: async () => (await import("./commands/reconcile.ts")).command,
  },
  keys: {
    does: "make, list and end API keys",
    takes: `  create --name TEXT --scopes read,build,trade,admin
                                   the key is shown once; what a key may do: docs/operations.md
    --expires DAY                  refused from the beginning of that day (UTC) on, or an instant; default never
    --rate N --burst N             requests a second, and at once after a pause; default 20 and twice the rate
    --quota N                      requests a day (UTC); default 100000; none = as many as the rate allows
  list                             every key with its standing, never the key itself
  revoke ID                        end a key for good
  --json                           print the answer as JSON`,
    load: async () => (await import("./commands/keys.ts")).command,
  },
  feed: {
    does: "supply the market stream with ticks, until it is stopped or its files end",
    takes: `  --source NAME                    simulate, replay, polygon, finage, alpaca, alpha-vantage, fmp
  --symbols A,B                    what to listen to; all there is when left out, where the vendor has that
  --files FILE                     trades to replay: a name or a pattern on disk (repeatable)
  --speed 1|N|max                  of a replay: times as fast as it happened; default 1
  --rate N                         of a simulation: ticks a second; default 100
  --seed N                         of a simulation; default SIMULATE_SEED (7)
  --shape flat|u                   of a simulation: activity over the day; u as in New York, default flat
  --lanes N                        keys by which the log spreads it over its shards; default 1
  Prints a line every 10 seconds. SIGINT or SIGTERM stops it after what was read is stored; ends with 1 when ticks
  were lost.`,
    load: async () => (await import("./commands/feed.ts")).command,
  },
  seed: {
    does: "load the simulated market of a fresh installation and build top100-ew",
    takes: `  --seed N --tickers N             default 7 and 600
  --from DAY --to DAY              default 2023-01-03 and 2024-12-31
  --json                           print the summary as JSON`,
    load: async () => (await import("./commands/seed.ts")).command,
  },
  reset: {
    does: "remove everything the embedded S3 and Kinesis keep in EQUIPOISE_HOME",
    takes: "  (no flags)",
    load: async () => (await import("./commands/reset.ts")).command,
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type CommandName = keyof typeof COMMANDS;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

export const commandHelp = (name: CommandName): string =>
  `equipoise ${name}: ${COMMANDS[name].does}\n\n${COMMANDS[name].takes}\n`;

const lines = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(12)} ${does}`);

export const HELP = `equipoise COMMAND [flags]

${lines.join("\n")}

equipoise COMMAND --help lists the flags of a command.
Uses the S3 and Redis at the configured addresses (.env.example), or embedded ones while it runs.
Ends with 0 done, 1 a fault of this program, 2 bad input, 3 not found, 4 conflict, 5 a part is down.
`;
