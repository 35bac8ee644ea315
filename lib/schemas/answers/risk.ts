/** What the calculations of risk answer. A loss is positive where risk is told, negative where profit is. */
import * as z from "zod";
import { METHODS, OBJECTIVES } from "../risk.ts";
import {
  count,
  fraction,
  indexName,
  isoDay,
  metaOf,
  named,
  ordinal,
  ownWarning,
  tickerText,
  usd,
  warning,
} from "./common.ts";
import { position } from "./risk-portfolios.ts";

const ofName = { symbol: tickerText };

const riskWarning = named(
  "RiskWarning",
  z
    .discriminatedUnion("code", [
      ownWarning("SHORT_HISTORY", z.strictObject({ ...ofName, from: isoDay })),
      ownWarning("FEWER_SCENARIOS", z.strictObject({ asked: count, had: count })),
      ownWarning(
        "EXPIRED_OPTION",
        z.strictObject({ underlying: tickerText, expiry: isoDay.nullable() }),
      ),
      ownWarning("NOT_MONOTONE", z.never()),
      ownWarning("NO_BACKTEST", z.never()),
      ownWarning("UNHEDGED_UNDERLYING", z.strictObject(ofName)),
    ])
    .describe("What figures of a portfolio rest on and do not show."),
);

const meta = named(
  "RiskMeta",
  metaOf(
    {
      money: "USD; a loss of risk is positive, of profit negative",
      returns: "fraction (0.01 = 1 %)",
      volatility: "annual, fraction; a point is 0.01",
      quantity: "shares, contracts or units of an index; negative when sold short",
    },
    z.union([warning, riskWarning]),
  ),
);

const confidence = fraction.describe("0.975 looks at the worst 2.5 %.");
const valueAtRisk = usd.describe("What is lost no more than; positive is a loss.");
const expectedShortfall = usd.describe("What is lost in the mean beyond it; positive is a loss.");

const subject = {
  portfolio_id: indexName,
  owner: z.string(),
  revision: ordinal.describe("Of the portfolio that was looked at."),
};

const window = z
  .strictObject({
    days: ordinal.describe("Asked for."),
    start_date: isoDay.describe("Last session of the first scenario."),
    end_date: isoDay.describe("Last session of the last one."),
    scenarios: ordinal.describe("Days, or runs of days, on which everything has a return."),
  })
  .describe("What history was looked at.");

const sums = {
  delta_usd_per_percent: usd.describe("Profit when underlyings rise by 1 %, to the first order."),
  gamma_usd_per_percent: usd.describe("Change of delta times spot when underlyings rise by 1 %."),
  vega_usd_per_point: usd.describe("Profit when implied volatilities rise by a point, 0.01."),
  theta_usd_per_day: usd.describe("Profit when one calendar day passes."),
  rho_usd_per_point: usd.describe("Profit when the rate rises by a point, 0.01."),
};

const greeks = named(
  "PortfolioGreeks",
  z.strictObject({
    ...sums,
    by_underlying: z.array(
      z.strictObject({
        underlying: tickerText,
        spot: usd.describe("Its price, or level, on the day."),
        value_usd: usd,
        delta_shares: z.number().describe("Shares that move by as many USD."),
        delta_usd: usd.describe("Those shares times spot."),
        gamma_shares_per_usd: z
          .number()
          .describe("Change of `delta_shares` when it rises by 1 USD."),
        ...sums,
      }),
    ),
  }),
);

const test = z.strictObject({
  likelihood_ratio: z.number().min(0),
  p_value: fraction.describe("Probability of such a ratio when the method is right."),
});

const backtest = z
  .strictObject({
    days: ordinal.describe(
      "Forecast and compared with what the portfolio of today would have made.",
    ),
    estimated_from_days: ordinal.describe("Days before each that its forecast rests on."),
    exceptions: count.describe("Days that lost more than the value at risk."),
    expected_exceptions: z.number().min(0),
    kupiec: test.describe("As many exceptions as there should be."),
    christoffersen_independence: test.describe("An exception is no likelier after another."),
    christoffersen_conditional: test.describe("Both."),
    basel_zone: z.enum(["green", "yellow", "red"]),
    basel_cumulative_probability: fraction.describe(
      "Of at most so many, when the method is right.",
    ),
    z1: z.number().nullable().describe("Acerbi and Szekely's first; null without an exception."),
    z2: z
      .number()
      .describe("Their second: 0 expected, below -0.7 (of 250 days at 2.5 %) in 5 % of cases."),
  })
  .describe("Of the method at this confidence, for one day.");

export const riskMetricsAnswer = named(
  "RiskMetricsAnswer",
  z.strictObject({
    ...subject,
    method: z.enum(METHODS),
    confidence,
    horizon_days: ordinal,
    horizon_rule: z
      .enum(["one_day", "overlapping_returns", "independent_days", "square_root_of_time"])
      .describe("How several days were made of single ones."),
    window,
    value_usd: usd,
    pnl_last_day_usd: usd
      .nullable()
      .describe(
        "What these positions made since the close before, time and dividends included; null when one of them was not there yet.",
      ),
    value_at_risk_usd: valueAtRisk,
    expected_shortfall_usd: expectedShortfall,
    fit: z
      .strictObject({
        mean_usd: usd.optional().describe("Of a day's profit."),
        sigma_usd: usd.optional().describe("Standard deviation of it."),
        sigma_next_usd: usd.optional().describe("Of the next day, by exponential weights of 0.94."),
        degrees_of_freedom: z.number().optional(),
        skew: z.number().optional(),
        excess_kurtosis: z.number().optional(),
        is_monotone: z
          .boolean()
          .optional()
          .describe("Whether the expansion is a quantile function with these moments."),
        threshold_usd: usd.optional().describe("Losses beyond it were fitted."),
        exceedances: count.optional(),
        xi: z.number().optional().describe("Shape of the generalised Pareto distribution."),
        beta_usd: usd.optional().describe("Its scale."),
      })
      .describe("What the method made of the history."),
    historical: z
      .strictObject({
        value_at_risk_usd: valueAtRisk,
        value_at_risk_type7_usd: valueAtRisk.describe("Interpolated, as numpy does it."),
        expected_shortfall_usd: expectedShortfall,
        tail_scenarios: z
          .number()
          .describe("As many scenarios are the tail, the last one in part."),
      })
      .nullable()
      .describe(
        "What the history itself says at this confidence and horizon; null where it has too few runs of so many days.",
      ),
    component_rule: z
      .enum(["tail_scenarios", "covariance", "scaled_tail_scenarios"])
      .describe("How the shortfall was shared out."),
    components: z
      .array(
        z.strictObject({
          position,
          value_usd: usd,
          expected_shortfall_usd: usd.describe("Its part; all of them sum to the shortfall."),
        }),
      )
      .describe("Positions that have not expired, in their order."),
    greeks,
    exposure: z.strictObject({
      gross_usd: usd.describe("Deltas of all underlyings in USD, whatever their sign."),
      net_usd: usd,
      long_usd: usd,
      short_usd: usd,
    }),
    concentration: z.strictObject({
      herfindahl: fraction.describe("Sum of squared shares of the gross exposure; 1 = one name."),
      largest: z
        .array(z.strictObject({ underlying: tickerText, delta_usd: usd, share: fraction }))
        .max(10),
    }),
    backtest: backtest.nullable(),
    meta,
  }),
);

const instrument = named(
  "HedgeInstrument",
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("stock"), symbol: tickerText }),
    z.strictObject({
      kind: z.literal("option"),
      underlying: tickerText,
      option: z.enum(["call", "put"]),
      style: z.enum(["european", "american"]),
      strike: usd,
      expiry: isoDay,
      multiplier: z.number(),
      implied_volatility: z.number(),
    }),
    z.strictObject({ kind: z.literal("index"), index: indexName }),
  ]),
);

const standing = z.strictObject({
  value_at_risk_usd: valueAtRisk,
  expected_shortfall_usd: expectedShortfall,
  sigma_usd: usd.describe("Standard deviation of a day's profit."),
});

export const hedgeAnswer = named(
  "HedgeAnswer",
  z.strictObject({
    ...subject,
    objective: z.enum(OBJECTIVES),
    confidence,
    window,
    trades: z
      .array(
        z.strictObject({
          instrument,
          quantity: z.number().describe("To buy; negative to sell. In whole lots."),
          unrounded_quantity: z.number().describe("What would be best."),
          value_usd: usd.describe("What it is worth; negative when sold."),
        }),
      )
      .describe("In the order of the instruments."),
    before: standing,
    after: standing.describe("With the trades, over the same days, every option valued anew."),
    effectiveness: z
      .strictObject({
        variance: fraction.nullable(),
        expected_shortfall: fraction.nullable(),
      })
      .describe("The share that was taken away on these days; null where there was none."),
    greeks_before: greeks,
    residual_greeks: greeks.describe("What the trades leave."),
    meta,
  }),
);

export const stressAnswer = named(
  "StressAnswer",
  z.strictObject({
    ...subject,
    value_usd: usd,
    grid: z.strictObject({
      spot_shocks: z.array(fraction).describe("Of every underlying alike."),
      volatility_shifts: z.array(z.number()).describe("Added to every implied volatility."),
      pnl_usd: z
        .array(z.array(usd))
        .describe("One row for each spot shock, one profit for each shift in it."),
    }),
    windows: z.array(
      z.strictObject({
        name: z.string(),
        found: z.boolean().describe("Whether it was looked for; else it was named."),
        start_date: isoDay,
        end_date: isoDay,
        pnl_usd: usd
          .nullable()
          .describe("Profit of the portfolio of today; null where something has no return."),
        missing: z.array(tickerText).describe("What has none."),
      }),
    ),
    meta,
  }),
);
