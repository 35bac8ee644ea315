/**
 * Hedges that take a portfolio's delta, gamma and vega away at once, by solving for the holdings.
 * Source: J. Hull, Options, Futures, and Other Derivatives (8th ed.), sections 18.6 and 18.8: gamma and vega by traded
 * options, the delta that these bring along by the underlying.
 *
 * Units: greeks of the portfolio as a whole, and of one unit of each instrument (a contract, with its multiplier), in
 * whatever units both share; delta in shares. Holdings are signed: -1,240 is to sell.
 */
import { AppError } from "../errors.ts";
import { solved } from "./linear.ts";
import { toLots } from "./lots.ts";

export type HedgeGreeks = Readonly<{ delta: number; gamma: number; vega: number }>;

export type GreekInstrument = HedgeGreeks &
  Readonly<{
    /** Smallest amount; any without. */
    lot?: number;
  }>;

export type GreekTarget = "delta" | "delta_gamma" | "delta_gamma_vega";

export type GreekHolding = Readonly<{
  /** Units to hold of each instrument. */
  holdings: number[];
  /** Shares of the underlying to hold; 0 when it is not used. */
  underlying: number;
  /** What is left of all three, also of those that were not aimed at. */
  residual: HedgeGreeks;
}>;

const AIMS = {
  delta: ["delta"],
  delta_gamma: ["delta", "gamma"],
  delta_gamma_vega: ["delta", "gamma", "vega"],
} as const satisfies Record<GreekTarget, readonly (keyof HedgeGreeks)[]>;

/**
 * @param instruments as many as greeks are aimed at; one fewer when the underlying is used
 * @param underlyingLot smallest number of shares, 0 for any; without it the underlying is not used
 * @returns exact holdings, and `rounded` ones: the instruments in whole lots, then the underlying for the delta that these
 *   leave, in whole lots of its own
 * @throws AppError DEGENERATE_INPUT when instruments are too few or too many, when a greek is no number, or when the
 *   instruments are too much alike to offset every greek
 */
export function greekNeutralHedge({
  portfolio,
  instruments,
  target,
  underlyingLot,
}: Readonly<{
  portfolio: HedgeGreeks;
  instruments: readonly GreekInstrument[];
  target: GreekTarget;
  underlyingLot?: number;
}>): GreekHolding & Readonly<{ rounded: GreekHolding }> {
  for (const greeks of [portfolio, ...instruments]) demandGreeks(greeks);
  const isUsed = underlyingLot !== undefined;
  const aims = AIMS[target].filter((aim) => !(isUsed && aim === "delta"));
  if (instruments.length !== aims.length) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `${target} ${isUsed ? "with" : "without"} the underlying takes ${aims.length} instruments, were ${instruments.length}`,
      { target, expected: aims.length, instruments: instruments.length },
    );
  }
  const holdings = solved(
    aims.map((aim) => instruments.map((instrument) => instrument[aim])),
    aims.map((aim) => -portfolio[aim]),
  );
  if (holdings === undefined) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `these instruments cannot offset ${aims.join(" and ")}: one of them does what the others do, or nothing`,
      { target, instruments: instruments.length },
    );
  }
  const balanced = (amounts: number[], lot: number): GreekHolding => {
    const open = residualOf(portfolio, instruments, amounts);
    const underlying = isUsed ? toLots(-open.delta, lot) : 0;
    return {
      holdings: amounts,
      underlying,
      residual: { ...open, delta: open.delta + underlying },
    };
  };
  const lots = holdings.map((amount, at) => toLots(amount, instruments[at]!.lot ?? 0));
  return { ...balanced(holdings, 0), rounded: balanced(lots, underlyingLot ?? 0) };
}

function residualOf(
  portfolio: HedgeGreeks,
  instruments: readonly HedgeGreeks[],
  holdings: readonly number[],
): HedgeGreeks {
  const left = (greek: keyof HedgeGreeks) =>
    instruments.reduce((sum, each, at) => sum + holdings[at]! * each[greek], portfolio[greek]);
  return { delta: left("delta"), gamma: left("gamma"), vega: left("vega") };
}

function demandGreeks({ delta, gamma, vega }: HedgeGreeks): void {
  if ([delta, gamma, vega].every(Number.isFinite)) return;
  throw new AppError(
    "DEGENERATE_INPUT",
    `delta, gamma and vega must be finite numbers, were "${delta}", "${gamma}" and "${vega}"`,
    { delta: String(delta), gamma: String(gamma), vega: String(vega) },
  );
}
