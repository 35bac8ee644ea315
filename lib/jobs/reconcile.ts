/** Reads two or three sources side by side and reports where they agree; nothing is stored. */
import { AppError } from "../errors.ts";
import {
  type ComparedSource,
  MAX_SOURCES,
  MIN_SOURCES,
  Reconciliation,
  type ReconciliationReport,
  type Tolerances,
  Window,
} from "../market/reconcile.ts";
import type { CorporateAction, DailyBatch, MarketSource, TickerChange } from "../ports.ts";

/** Rows held at a time: about half a gigabyte at the most, as columns grow by doubling. */
const MAX_ROWS = 8_000_000;

export type ReconciledSource = ComparedSource & Readonly<{ rows: MarketSource["rows"] }>;

export type ReconcileOptions = Readonly<{
  sources: readonly ReconciledSource[];
  actions?: readonly CorporateAction[];
  changes?: readonly TickerChange[];
  tolerances?: Tolerances;
  /** The first and the last day compared (YYYYMMDD). */
  from?: number | undefined;
  to?: number | undefined;
  top?: number;
  /** Rows held in memory at a time; beyond it the sources are read once more for the later years. */
  maxRows?: number;
}>;

export type ReconcileSummary = ReconciliationReport &
  Readonly<{
    /** Lines that could not be read, by source. */
    refused: Readonly<Record<string, number>>;
    /** How often the sources were read. */
    readings: number;
  }>;

/**
 * @throws AppError BAD_REQUEST for one source, for more than three or for two of one name; RANGE_OUTSIDE_DATA when the
 * sources have no row in common; what reading a source throws
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileSummary> {
  const { sources, maxRows = MAX_ROWS } = options;
  demandSources(sources);
  const reconciliation = new Reconciliation(options);
  let refused: Record<string, number> = {};
  let readings = 0;
  for (let after = 0, isCut = true; isCut; readings++) {
    const window = new Window(sources.length, { after, maxRows });
    refused = await readInto(window, reconciliation, options);
    for (const year of window.years()) {
      reconciliation.year(window.take(year));
      after = year;
    }
    isCut = window.isCut;
  }
  const report = reconciliation.report();
  if (report.pairs.every(({ rows_compared }) => rows_compared === 0)) throw nothingShared(report);
  return { ...report, refused, readings };
}

/** Reads every source from its beginning. @returns how many lines each refused */
async function readInto(
  window: Window,
  reconciliation: Reconciliation,
  { sources, from = 0, to = Number.POSITIVE_INFINITY }: ReconcileOptions,
): Promise<Record<string, number>> {
  const refused: Record<string, number> = {};
  for (const [place, { name, rows }] of sources.entries()) {
    const reject = () => {
      refused[name] = (refused[name] ?? 0) + 1;
    };
    for await (const batch of rows(reject)) {
      take(batch, { window, reconciliation, place, from, to });
    }
  }
  return refused;
}

type Taking = Readonly<{
  window: Window;
  reconciliation: Reconciliation;
  place: number;
  from: number;
  to: number;
}>;

function take(batch: DailyBatch, { window, reconciliation, place, from, to }: Taking): void {
  for (let at = 0; at < batch.count; at++) {
    const day = batch.date[at]!;
    if (day < from || day > to) continue;
    window.add(place, {
      security: reconciliation.securityOf(place, batch.ticker[at]!, day),
      day,
      close: batch.close[at]!,
      volume: batch.volume[at]!,
      marketCap: batch.marketCap[at]!,
    });
  }
}

function demandSources(sources: readonly ReconciledSource[]): void {
  const names = sources.map(({ name }) => name);
  if (sources.length < MIN_SOURCES || sources.length > MAX_SOURCES) {
    throw new AppError(
      "BAD_REQUEST",
      `${MIN_SOURCES} or ${MAX_SOURCES} sources are compared, ${sources.length} were given`,
      { sources: names },
    );
  }
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) {
    throw new AppError("BAD_REQUEST", `two sources are called "${repeated}"; each needs its name`);
  }
}

function nothingShared({ sources }: ReconciliationReport): AppError {
  const available = sources.map(
    ({ name, first, last }) => `${name} ${first ?? "-"} to ${last ?? "-"}`,
  );
  return new AppError(
    "RANGE_OUTSIDE_DATA",
    "the sources have no row of the same ticker and day; are the tickers written alike?",
    { available },
  );
}
