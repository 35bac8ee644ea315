/** equipoise reconcile : compares two or three sources on the days and tickers they share; stores nothing. */
import {
  type ReconciledSource,
  type ReconcileSummary,
  reconcile,
} from "../../lib/jobs/reconcile.ts";
import { BASES, type Basis, TOLERANCES } from "../../lib/market/reconcile.ts";
import type { SourceFailure } from "../../lib/ports.ts";
import { ingestDays } from "../../lib/schemas/ingest.ts";
import { COMPARISON_KINDS, comparisonRows } from "../../lib/sources/comparison.ts";
import { readFacts } from "../../lib/sources/csv.ts";
import { expandPaths } from "../../lib/sources/paths.ts";
import { comparedBars } from "../../lib/world.ts";
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
import { reconciliationText } from "../reconciliation.ts";
import { note, print } from "../table.ts";

const FORM = "NAME=KIND:PATH[:BASIS]";
/** Asked over the network: tickers stand in the place of a path. */
const STOOQ = "stooq";
const KINDS = [...COMPARISON_KINDS, STOOQ] as const;
const FAILURES_SHOWN = 5;

type Days = Readonly<{ from?: number | undefined; to?: number | undefined }>;
type Given = ReconciledSource & Readonly<{ failures?: () => readonly SourceFailure[] }>;

export const command: Command = {
  flags: {
    source: list,
    actions: list,
    "symbol-changes": list,
    from: text,
    to: text,
    "close-bp": text,
    "volume-percent": text,
    "cap-percent": text,
    "min-close-share": text,
    top: text,
    json: yes,
  },
  needsStack: false,
  async run(values) {
    const share = fractionOf(values, "min-close-share", 1, 0);
    const tolerances = {
      close: fractionOf(values, "close-bp", 10_000, TOLERANCES.close),
      volume: fractionOf(values, "volume-percent", 100, TOLERANCES.volume),
      market_cap: fractionOf(values, "cap-percent", 100, TOLERANCES.market_cap),
    };
    const days = checked(ingestDays, fields(values, ["from", "to"]));
    const sources = await sourcesOf(listOf(values, "source"), days);
    const facts = await readFacts({
      actions: expandPaths(listOf(values, "actions")),
      symbolChanges: expandPaths(listOf(values, "symbol-changes")),
    });
    const { rejected, actions, changes } = facts;
    if (rejected.length > 0) note(`${rejected.length} lines of actions and renames were refused`);
    const top = wholeOf(values, "top", 10, 1);
    const summary = await reconcile({ sources, actions, changes, tolerances, ...days, top });
    for (const source of sources) tellFailures(source);
    print(values.json ? JSON.stringify(summary) : reconciliationText(summary));
    return isBelow(summary, share) ? 1 : 0;
  },
};

async function sourcesOf(given: readonly string[], days: Days): Promise<Given[]> {
  if (given.length < 2 || given.length > 3) {
    throw badInput(`--source is given two or three times, each as ${FORM}; it was ${given.length}`);
  }
  return Promise.all(
    given.map(parsed).map(async ({ name, kind, path, basis }) => {
      // A history that was adjusted was made afterwards, and such histories stand under the latest tickers.
      const labels = basis === "unadjusted" ? "of-the-day" : "latest";
      const bars =
        kind === STOOQ ? await stooqOf(name, path, days) : { rows: comparisonRows(kind, [path]) };
      return { name, basis, labels, ...bars };
    }),
  );
}

function stooqOf(name: string, list: string, { from, to }: Days) {
  if (from === undefined || to === undefined) {
    throw badInput(`--source ${name}: ${STOOQ} needs --from and --to: the days to ask for`);
  }
  const tickers = list
    .split(",")
    .map((ticker) => ticker.trim().toUpperCase())
    .filter((ticker) => ticker !== "");
  return comparedBars({ tickers, from, to });
}

function tellFailures({ name, failures }: Given): void {
  const all = failures?.() ?? [];
  if (all.length === 0) return;
  const first = all
    .slice(0, FAILURES_SHOWN)
    .map(({ ticker, detail, reason }) => `${ticker ?? "all"}: ${detail} (${reason})`);
  note(`${name} did not give ${all.length} of its tickers: ${first.join("; ")}`);
}

/**
 * "yahoo=csv:data/yahoo.csv.gz:splits+spinoffs". Unless it is said the basis is splits for Stooq, which nearly is what its
 * closes are adjusted for, and unadjusted otherwise.
 */
function parsed(written: string) {
  const [, name, kindText, rest] = /^([A-Za-z][\w.-]*)=([a-z-]+):(.+)$/.exec(written) ?? [];
  if (name === undefined || kindText === undefined || rest === undefined) {
    throw badInput(`--source must be ${FORM}, was "${written}"`);
  }
  const kind = KINDS.find((known) => known === kindText);
  if (kind === undefined) {
    throw badInput(`--source ${name}: there is no kind "${kindText}"`, KINDS);
  }
  const said = BASES.find((known) => rest.endsWith(`:${known}`));
  const basis: Basis = said ?? (kind === STOOQ ? "splits" : "unadjusted");
  return { name, kind, path: said ? rest.slice(0, -said.length - 1) : rest, basis };
}

/** A number from 0 up in units of 1/`per`, as a fraction. @throws AppError BAD_REQUEST */
function fractionOf(values: Values, name: string, per: number, fallback: number): number {
  const given = textOf(values, name);
  if (given === undefined) return fallback;
  const number = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (!(number >= 0)) throw badInput(`--${name} must be a number from 0 up, was "${given}"`);
  return number / per;
}

const isBelow = ({ pairs }: ReconcileSummary, share: number) =>
  pairs.some(({ fields: { close } }) => (close.share ?? 0) < share);
