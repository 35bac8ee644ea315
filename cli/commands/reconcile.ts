/** equipoise reconcile : compares two or three sources on the days and tickers they share; stores nothing. */
import {
  type ReconciledSource,
  type ReconcileSummary,
  reconcile,
} from "../../lib/jobs/reconcile.ts";
import { BASES, type Basis, TOLERANCES } from "../../lib/market/reconcile.ts";
import { ingestDays } from "../../lib/schemas/ingest.ts";
import { COMPARISON_KINDS, comparisonRows } from "../../lib/sources/comparison.ts";
import { readFacts } from "../../lib/sources/csv.ts";
import { expandPaths } from "../../lib/sources/paths.ts";
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
    const sources = sourcesOf(listOf(values, "source"));
    const tolerances = {
      close: fractionOf(values, "close-bp", 10_000, TOLERANCES.close),
      volume: fractionOf(values, "volume-percent", 100, TOLERANCES.volume),
      market_cap: fractionOf(values, "cap-percent", 100, TOLERANCES.market_cap),
    };
    const days = checked(ingestDays, fields(values, ["from", "to"]));
    const facts = await readFacts({
      actions: expandPaths(listOf(values, "actions")),
      symbolChanges: expandPaths(listOf(values, "symbol-changes")),
    });
    const { rejected, actions, changes } = facts;
    if (rejected.length > 0) note(`${rejected.length} lines of actions and renames were refused`);
    const top = wholeOf(values, "top", 10, 1);
    const summary = await reconcile({ sources, actions, changes, tolerances, ...days, top });
    print(values.json ? JSON.stringify(summary) : reconciliationText(summary));
    return isBelow(summary, share) ? 1 : 0;
  },
};

function sourcesOf(given: readonly string[]): ReconciledSource[] {
  if (given.length < 2 || given.length > 3) {
    throw badInput(`--source is given two or three times, each as ${FORM}; it was ${given.length}`);
  }
  return given.map((written) => {
    const { name, kind, path, basis } = parsed(written);
    // A history that was adjusted was made afterwards, and such histories stand under the latest tickers.
    const labels = basis === "unadjusted" ? "of-the-day" : "latest";
    return { name, basis, labels, rows: comparisonRows(kind, [path]) };
  });
}

/** "yahoo=csv:data/yahoo.csv.gz:splits+spinoffs"; the basis is unadjusted unless it is said. */
function parsed(written: string) {
  const [, name, kindText, rest] = /^([A-Za-z][\w.-]*)=([a-z-]+):(.+)$/.exec(written) ?? [];
  if (name === undefined || kindText === undefined || rest === undefined) {
    throw badInput(`--source must be ${FORM}, was "${written}"`);
  }
  const kind = COMPARISON_KINDS.find((known) => known === kindText);
  if (kind === undefined) {
    throw badInput(`--source ${name}: there is no kind "${kindText}"`, COMPARISON_KINDS);
  }
  const said = BASES.find((known) => rest.endsWith(`:${known}`));
  const basis: Basis = said ?? "unadjusted";
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
