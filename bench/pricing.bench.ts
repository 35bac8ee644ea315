/**
 * A thousand listed options (a week to two years, strikes within 30 % of the spot, volatilities of 10 to 60 %, yields and
 * rates of up to 6 %), in ms; a thousand divided by it is how many options a second.
 *
 * Value and nine Greeks beside the textbook's formula with Abramowitz and Stegun's 7.1.26, which is right to seven digits
 * of the spot. Implied volatilities, to the last digit, beside Newton's method on that formula from 30 % until the price is
 * met to a millionth. American values beside a binomial tree of 500 steps, which is right to about a cent.
 */
import { americanGreeks, americanValue } from "../lib/options/american.ts";
import { europeanGreeks, europeanValue, type OptionTerms } from "../lib/options/european.ts";
import { impliedVolatility } from "../lib/options/implied.ts";
import { demandClose, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { uniform } from "./uniform.ts";

const THOUSAND = 1000;

export async function run({ small }: Options): Promise<Figure[]> {
  const count = small ? 50 : 5000;
  const rounds = small ? { rounds: 2, warmups: 1 } : { rounds: 15, warmups: 5 };
  const options = contracts(count);
  const few = options.slice(0, small ? 4 : 100);
  const priced = options.map((terms) => ({ ...terms, price: europeanValue(terms) }));
  const sum =
    <T>(of: readonly T[], figure: (one: T) => number) =>
    () => {
      let total = 0;
      for (const one of of) total += figure(one);
      return total;
    };
  const implied = (terms: (typeof priced)[number]) => {
    const found = impliedVolatility(terms);
    return "sigma" in found ? found.sigma : Number.NaN;
  };

  // Against the spot, since a textbook value far out of the money has no digits of its own.
  const onSpot = (of: readonly OptionTerms[], value: (terms: OptionTerms) => number) =>
    of.map((terms) => terms.spot + value(terms));
  demandClose(
    "values",
    onSpot(options, europeanValue),
    onSpot(options, (terms) => textbook(terms).value),
    1e-6,
  );
  demandClose(
    "volatilities",
    priced.map(implied),
    priced.map(({ sigma }) => sigma),
    1e-9,
  );
  demandClose("American values", onSpot(few, americanValue), onSpot(few, tree), 5e-4);

  const samples = await interleaved(
    {
      greeks: sum(options, (terms) => europeanGreeks(terms).volga),
      textbook: sum(options, (terms) => textbook(terms).volga),
      implied: sum(priced, implied),
      newton: sum(priced, newton),
      fast: sum(few, (terms) => americanValue(terms)),
      accurate: sum(few, (terms) => americanValue(terms, "accurate")),
      american: sum(few, (terms) => americanGreeks(terms).gamma),
      tree: sum(few, tree),
    },
    rounds,
  );
  const perThousand = (times: readonly number[], of: readonly unknown[]) =>
    times.map((ms) => (ms / of.length) * THOUSAND);
  const figure = (name: string, ms: readonly number[], of: readonly unknown[]): Figure => ({
    name: `a thousand options, ${name}`,
    unit: "ms",
    samples: perThousand(ms, of),
  });
  return [
    {
      ...figure("value and 9 Greeks: ours", samples.greeks, options),
      checked: "values equal the textbook's to 1e-6 of the spot",
    },
    figure("value and 9 Greeks: textbook", samples.textbook, options),
    {
      ...figure("implied volatility: ours", samples.implied, options),
      checked: "the volatility each price was made with, to 1e-9",
    },
    figure("implied volatility: Newton on the textbook", samples.newton, options),
    {
      name: "implied volatility: Newton on the textbook / ours",
      unit: "x",
      samples: ratios(samples.newton, samples.implied),
    },
    {
      ...figure("American value, fast", samples.fast, few),
      checked: "values equal the tree's to 5e-4 of the spot",
    },
    figure("American value, accurate", samples.accurate, few),
    figure("American value and 5 Greeks, fast", samples.american, few),
    figure("American value, tree of 500 steps", samples.tree, few),
    {
      name: "American value: tree of 500 steps / fast",
      unit: "x",
      samples: ratios(samples.tree, samples.fast),
    },
  ];
}

/** Contracts whose prices still tell their volatility. */
function contracts(count: number): OptionTerms[] {
  const draw = uniform(1);
  const found: OptionTerms[] = [];
  while (found.length < count) {
    const terms: OptionTerms = {
      kind: draw() < 0.5 ? "call" : "put",
      spot: 100,
      strike: 70 + 60 * draw(),
      tauYears: 0.02 + 2 * draw() ** 2,
      sigma: 0.1 + 0.5 * draw(),
      rate: 0.06 * draw(),
      dividendYield: 0.06 * draw(),
    };
    if (europeanGreeks(terms).vega > 1) found.push(terms);
  }
  return found;
}

/** Abramowitz and Stegun, 7.1.26. */
function roughProbability(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + 0.3275911 * z);
  const polynomial =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = 0.5 * polynomial * Math.exp(-z * z);
  return x < 0 ? tail : 1 - tail;
}

/** As books print it. */
function textbook(terms: OptionTerms) {
  const { kind, spot, strike, tauYears, sigma, rate, dividendYield } = terms;
  const sign = kind === "call" ? 1 : -1;
  const root = Math.sqrt(tauYears);
  const carry = rate - dividendYield;
  const d1 = (Math.log(spot / strike) + (carry + 0.5 * sigma ** 2) * tauYears) / (sigma * root);
  const d2 = d1 - sigma * root;
  const yieldDiscount = Math.exp(-dividendYield * tauYears);
  const discount = Math.exp(-rate * tauYears);
  const density = Math.exp(-0.5 * d1 * d1) / Math.sqrt(2 * Math.PI);
  const [first, second] = [roughProbability(sign * d1), roughProbability(sign * d2)];
  const vega = spot * yieldDiscount * density * root;
  return {
    value: sign * (spot * yieldDiscount * first - strike * discount * second),
    delta: sign * yieldDiscount * first,
    gamma: (yieldDiscount * density) / (spot * sigma * root),
    vega,
    theta:
      (-spot * yieldDiscount * density * sigma) / (2 * root) -
      sign * rate * strike * discount * second +
      sign * dividendYield * spot * yieldDiscount * first,
    rho: sign * strike * tauYears * discount * second,
    psi: -sign * tauYears * spot * yieldDiscount * first,
    vanna: (-yieldDiscount * density * d2) / sigma,
    charm:
      sign * dividendYield * yieldDiscount * first -
      (yieldDiscount * density * (2 * carry * tauYears - d2 * sigma * root)) /
        (2 * tauYears * sigma * root),
    volga: (vega * d1 * d2) / sigma,
  };
}

function newton(terms: OptionTerms & Readonly<{ price: number }>): number {
  let sigma = 0.3;
  for (let step = 0; step < 50; step++) {
    const { value, vega } = textbook({ ...terms, sigma });
    const miss = value - terms.price;
    if (Math.abs(miss) < 1e-6) break;
    sigma = Math.max(0.01, sigma - miss / vega);
  }
  return sigma;
}

/** Cox, Ross and Rubinstein's, with early exercise. */
function tree({ kind, spot, strike, tauYears, sigma, rate, dividendYield }: OptionTerms): number {
  const steps = 500;
  const sign = kind === "call" ? 1 : -1;
  const dt = tauYears / steps;
  const up = Math.exp(sigma * Math.sqrt(dt));
  const discount = Math.exp(-rate * dt);
  const rise = (Math.exp((rate - dividendYield) * dt) - 1 / up) / (up - 1 / up);
  const spots = Float64Array.from({ length: 2 * steps + 1 }, (_, at) => spot * up ** (at - steps));
  const payoff = (at: number) => Math.max(0, sign * (spots[at]! - strike));
  const values = Float64Array.from({ length: steps + 1 }, (_, k) => payoff(2 * k));
  for (let step = steps - 1; step >= 0; step--) {
    for (let k = 0; k <= step; k++) {
      const held = discount * (rise * values[k + 1]! + (1 - rise) * values[k]!);
      values[k] = Math.max(held, payoff(steps - step + 2 * k));
    }
  }
  return values[0]!;
}
