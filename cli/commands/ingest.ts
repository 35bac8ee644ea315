/** equipoise ingest : loads a market from files or from a simulation. */
import { config } from "../../lib/config.ts";
import { type IngestSummary, ingest } from "../../lib/jobs/ingest.ts";
import { knownCiks } from "../../lib/jobs/known-ciks.ts";
import { SEED } from "../../lib/jobs/seed.ts";
import { parsePrecedence } from "../../lib/market/precedence.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { MarketSource } from "../../lib/ports.ts";
import { ingestDays } from "../../lib/schemas/ingest.ts";
import { VENDORS, type VendorName } from "../../lib/sources/vendors.ts";
import { isoDay } from "../../lib/time.ts";
import { marketSource, type SourceOptions, vendorMarket, world } from "../../lib/world.ts";
import { badInput } from "../failure.ts";
import {
  type Command,
  checked,
  fields,
  list,
  listOf,
  text,
  textOf,
  type Values,
  wholeOf,
  yes,
} from "../flags.ts";
import { progressLine } from "../progress.ts";
import { count, facts, print, seconds } from "../table.ts";

const FILE_FLAGS = ["path", "securities", "actions", "symbol-changes", "captures"];
const SOURCES = ["nasdaq-screener", "csv", "simulate", ...VENDORS] as const;
type Source = (typeof SOURCES)[number];

export const command: Command = {
  flags: {
    source: text,
    ...Object.fromEntries(FILE_FLAGS.map((name) => [name, list])),
    seed: text,
    tickers: text,
    from: text,
    to: text,
    "min-days": text,
    strict: yes,
    gate: text,
    shares: text,
    caps: text,
    precedence: text,
    json: yes,
  },
  async run(values) {
    const isGated = oneOf(values, "gate", ["on", "off"], config().GATE) === "on";
    const days = checked(ingestDays, fields(values, ["from", "to"]));
    const caps = oneOf(values, "caps", ["vendor", "shares"], "vendor");
    const ranks = textOf(values, "precedence");
    const precedence = ranks === undefined ? config().SOURCE_PRECEDENCE : parsePrecedence(ranks);
    const source = await sourceOf(values, days);
    const line = progressLine(process.stderr, Date.now);
    const { images, objects, instruments, nowMs } = world;
    try {
      const summary = await ingest(
        { images, objects, instruments, nowMs },
        {
          source,
          ...days,
          minDays: wholeOf(values, "min-days", config().MIN_DAYS, 1),
          isStrict: values.strict === true,
          isGated,
          caps,
          precedence,
          jobId: world.newId(),
        },
        line.show,
      );
      line.end();
      print(values.json ? JSON.stringify(summary) : summaryText(summary));
    } finally {
      line.end();
    }
  },
};

function oneOf<Name extends string>(
  values: Values,
  flag: string,
  names: readonly Name[],
  fallback: Name,
): Name {
  const given = textOf(values, flag) ?? fallback;
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw badInput(`--${flag} must be ${names.join(" or ")}, was "${given}"`);
}

type Days = Readonly<{ from?: number | undefined; to?: number | undefined }>;

const isVendor = (source: Source): source is VendorName => VENDORS.some((name) => name === source);

async function sourceOf(values: Values, days: Days): Promise<MarketSource> {
  const source = SOURCES.find((name) => name === values.source);
  if (source === undefined) {
    const was = values.source === undefined ? "is required" : `was "${values.source}"`;
    throw badInput(`--source ${was}`, SOURCES);
  }
  rejectStrangers(values, source);
  return isVendor(source)
    ? vendorOf(values, source, days)
    : marketSource(sourceOptions(values, source, days));
}

/** Days are asked of a vendor one by one or by name, so they must be named. */
function vendorOf(values: Values, source: VendorName, { from, to }: Days) {
  if (from === undefined || to === undefined) {
    throw badInput(`--source ${source} needs --from and --to: the days to ask for`);
  }
  const tickers = textOf(values, "tickers")
    ?.split(",")
    .map((ticker) => ticker.trim().toUpperCase())
    .filter((ticker) => ticker !== "");
  const ciks = () => knownCiks(world.images, to);
  const range = { tickers, from, to, sessions: sessionsBetween(from, to), ciks };
  return vendorMarket(
    source,
    range,
    oneOf(values, "shares", ["sec-edgar", "none"], config().SHARES),
  );
}

function sourceOptions(
  values: Values,
  source: Exclude<Source, VendorName>,
  { from = SEED.from, to = SEED.to }: Days,
): SourceOptions {
  if (source === "simulate") {
    return {
      source,
      seed: wholeOf(values, "seed", SEED.seed, 0),
      tickers: wholeOf(values, "tickers", SEED.tickers, 1),
      sessions: sessionsBetween(from, to),
    };
  }
  const paths = listOf(values, "path");
  if (paths.length === 0)
    throw badInput(`--path is required: the daily rows of --source ${source}`);
  return {
    source,
    paths,
    securities: listOf(values, "securities"),
    actions: listOf(values, "actions"),
    symbolChanges: listOf(values, "symbol-changes"),
    captures: listOf(values, "captures"),
  };
}

/** Flags that mean nothing to a source are refused: whoever gave one expects something of it. */
function rejectStrangers(values: Values, source: Source): void {
  const strangers = isVendor(source)
    ? [...FILE_FLAGS, "seed"]
    : source === "simulate"
      ? [...FILE_FLAGS, "shares", "precedence"]
      : ["seed", "tickers", "shares"];
  const stranger = strangers.find((name) => values[name] !== undefined);
  if (stranger) throw badInput(`--${stranger} means nothing to --source ${source}`);
}

export function summaryText(summary: IngestSummary): string {
  const keptValues = Object.entries(summary.kept_by_precedence).filter(([, values]) => values > 0);
  const { available, first_quarantined, first_failures, dropped_indices } = summary;
  const lines = [
    facts([
      ["outcome", summary.outcome],
      ["source", summary.source],
      ["market", available ? `${available.first} to ${available.last}` : "empty"],
      ["sessions", `${count(summary.sessions_total)} in all, ${count(summary.days)} in this job`],
      ["rows", `${count(summary.rows_accepted)} taken of ${count(summary.rows_read)} read`],
      ["gate", summary.gate],
      ...(summary.gate === "on" ? [["repaired", counted(summary.repaired)] as const] : []),
      ["quarantined", counted(summary.quarantined)],
      ...(keptValues.length > 0
        ? [["kept", `of higher sources ${counted(Object.fromEntries(keptValues))}`] as const]
        : []),
      ...(summary.failed_days > 0
        ? [["not taken", `an exchange or all of ${count(summary.failed_days)} sessions`] as const]
        : []),
      ...(summary.failures > 0
        ? [["not given", `${count(summary.failures)} by the source`] as const]
        : []),
      ...(summary.files_resumed > 0
        ? [["resumed", `after ${count(summary.files_resumed)} files read before`] as const]
        : []),
      ["version", summary.version],
      ["took", seconds(summary.ingest_ms)],
    ]),
    ...first_quarantined.map(
      ({ file, line, reason, detail }) => `  ${file} line ${line}: ${detail} (${reason})`,
    ),
    ...first_failures.map(
      ({ ticker, date, reason, detail }) =>
        `  ${[ticker, date && isoDay(date)].filter(Boolean).join(" ")}: ${detail} (${reason})`,
    ),
    ...(dropped_indices.length > 0
      ? [`dropped with the simulated market: ${dropped_indices.join(", ")}`]
      : []),
  ];
  return lines.join("\n");
}

function counted(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  if (entries.length === 0) return "none";
  const total = entries.reduce((sum, [, rows]) => sum + rows, 0);
  return `${count(total)}: ${entries.map(([reason, rows]) => `${count(rows)} ${reason}`).join(", ")}`;
}
