/**
 * Trades that take risk away from a portfolio, and what they leave: greeks, and expected shortfall before and after, by
 * full revaluation over the same days. Nothing is claimed of a hedge that was not measured on these days.
 */
import { AppError } from "../../errors.ts";
import { totalPnl } from "../../risk/components.ts";
import { minimumVarianceHoldings, withHoldings } from "../../risk/hedging.ts";
import { minimumShortfallHedge } from "../../risk/minimum-shortfall.ts";
import { covariance } from "../../risk/moments.ts";
import { positionValue } from "../../risk/positions.ts";
import { revalue } from "../../risk/revaluation.ts";
import { historicalTail } from "../../risk/tail.ts";
import type { Objective } from "../../schemas/risk.ts";
import { isoDay } from "../../time.ts";
import { lookingAgain } from "../refusal.ts";
import { type Book, type BookRequest, type BookView, bookView, type Live } from "./book.ts";
import { exposureOf } from "./exposure.ts";
import { greekHoldings } from "./greek-hedge.ts";
import { measured, type RiskWorld } from "./measured.ts";
import { riskMeta } from "./meta.ts";
import { type Reader, told } from "./portfolios.ts";
import { type Sample, sampleOf } from "./sample.ts";
import type { RiskWarning } from "./warnings.ts";

export type HedgeRequest = BookRequest &
  Readonly<{
    confidence: number;
    objective: Objective;
    instruments: NonNullable<BookRequest["instruments"]>;
    /** Smallest amount: one for all instruments, or one for each. */
    lots: number | readonly number[];
    /** The most of each instrument, for least shortfall alone; in the same forms. */
    limits?: number | readonly number[] | undefined;
  }>;

/** Signed amounts of each instrument, as they are best and as they can be traded. */
export type Holdings = Readonly<{
  exact: readonly number[];
  rounded: readonly number[];
  warnings: readonly RiskWarning[];
}>;

/** @throws AppError as the metrics of a portfolio, and DEGENERATE_INPUT when the instruments cannot do what is asked */
export async function hedge(world: RiskWorld, request: HedgeRequest, reader: Reader) {
  const { caller } = reader;
  const view = await lookingAgain(reader.freshness ?? {}, (freshness) =>
    bookView(world.images, request, { caller, freshness }),
  );
  try {
    return await measured(world, "hedge", () => hedged(view, request));
  } finally {
    view.release();
  }
}

async function hedged(view: BookView, request: HedgeRequest) {
  const book = await view.open();
  const { live, instruments, market } = book;
  if (instruments.length < request.instruments.length) {
    throw new AppError("DEGENERATE_INPUT", "an instrument has expired");
  }
  const sample = sampleOf(book, [...live, ...instruments], 1);
  const pnlOf = (lines: readonly Live[]) =>
    revalue(
      lines.map(({ position }) => position),
      market,
      sample.scenarios,
    );
  const before = totalPnl(pnlOf(live));
  const perUnit = pnlOf(instruments);
  const { exact, rounded, warnings } = holdingsOf(book, before, perUnit, request);
  const traded = instruments.map((line, at) => inUnits(line, rounded[at]!));
  const after = withHoldings(before, perUnit, rounded);
  return {
    portfolio_id: view.held.row.id,
    owner: view.held.row.owner,
    revision: view.held.row.revision,
    objective: request.objective,
    confidence: request.confidence,
    window: {
      days: request.window,
      start_date: isoDay(sample.dates[0]!),
      end_date: isoDay(sample.dates.at(-1)!),
      scenarios: sample.dates.length,
    },
    trades: traded.map(({ row, position }, at) => {
      const { quantity, ...instrument } = told(row);
      return {
        instrument,
        quantity,
        unrounded_quantity: exact[at]!,
        value_usd: positionValue(position, market),
      };
    }),
    before: figures(before, request.confidence),
    after: figures(after, request.confidence),
    effectiveness: effectiveness(before, after, request.confidence),
    greeks_before: exposureOf(book).greeks,
    residual_greeks: exposureOf({ live: [...live, ...traded], market }).greeks,
    meta: riskMeta(view, book, [...sample.warnings, ...warnings]),
  };
}

function inUnits({ row, position }: Live, quantity: number): Live {
  return { row: { ...row, quantity }, position: { ...position, quantity } };
}

function holdingsOf(
  book: Book,
  before: Float64Array,
  perUnit: readonly Float64Array[],
  { objective, confidence, lots: given, limits: most }: HedgeRequest,
): Holdings {
  const lots = oneForEach("lots", given, perUnit.length);
  if (most !== undefined && objective !== "minimum_es") {
    throw new AppError("DEGENERATE_INPUT", "max_quantity is a limit of minimum_es alone");
  }
  if (objective === "minimum_variance") {
    const { holdings, rounded } = minimumVarianceHoldings(before, perUnit, lots);
    return { exact: holdings, rounded: rounded.holdings, warnings: [] };
  }
  if (objective === "minimum_es") {
    const { holdings, rounded } = minimumShortfallHedge(before, perUnit, {
      confidence,
      lots,
      limits:
        most === undefined
          ? []
          : oneForEach("max_quantity", most, perUnit.length).map((highest) => ({
              lowest: -highest,
              highest,
            })),
    });
    return { exact: holdings, rounded: rounded.holdings, warnings: [] };
  }
  return greekHoldings(book, objective, lots);
}

/** @throws AppError DEGENERATE_INPUT when a list has another length */
function oneForEach(
  what: string,
  given: number | readonly number[],
  count: number,
): readonly number[] {
  if (typeof given === "number") return Array.from({ length: count }, () => given);
  if (given.length === count) return given;
  throw new AppError(
    "DEGENERATE_INPUT",
    `${what} must be one number, or one for each of ${count} instruments, were ${given.length}`,
  );
}

function figures(pnl: Sample["scenarios"]["volatilityShifts"], confidence: number) {
  const { valueAtRisk, expectedShortfall } = historicalTail(pnl, confidence);
  return {
    value_at_risk_usd: valueAtRisk,
    expected_shortfall_usd: expectedShortfall,
    sigma_usd: Math.sqrt(covariance(pnl, pnl)),
  };
}

/** The share that was taken away; `null` where there was nothing to take. */
function effectiveness(before: Float64Array, after: Float64Array, confidence: number) {
  const share = (was: number, is: number) => (was > 0 ? 1 - is / was : null);
  const shortfall = (pnl: Float64Array) => historicalTail(pnl, confidence).expectedShortfall;
  return {
    variance: share(covariance(before, before), covariance(after, after)),
    expected_shortfall: share(shortfall(before), shortfall(after)),
  };
}
