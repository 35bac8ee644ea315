/**
 * Portfolio risk in ms. First a thousand updates of value at risk and expected shortfall over a sliding window, each of them
 * read after every profit: 1,000 divided by it is thousands of updates per second. Beside it the window copied and sorted at
 * every profit.
 *
 * Then a book of a thousand European options on fifty names over 500 scenarios: every option valued anew in every one, half
 * a million values; a hundred American ones, every scenario with a volatility of its own; and beside each the approximation
 * by its greeks, whose error is what the time pays for. What a portfolio is read from, and what its scenarios are made of, is
 * not in here.
 */
import { totalPnl } from "../lib/risk/components.ts";
import {
  type Market,
  type Position,
  positionValue,
  type Scenarios,
} from "../lib/risk/positions.ts";
import { deltaGammaVega, revalue } from "../lib/risk/revaluation.ts";
import { SlidingTail } from "../lib/risk/sliding.ts";
import { historicalTail, type Tail } from "../lib/risk/tail.ts";
import {
  demandClose,
  demandSame,
  type Figure,
  interleaved,
  type Options,
  ratios,
} from "./harness.ts";
import { uniform } from "./uniform.ts";

const CONFIDENCE = 0.975;
const DAY_MS = 86_400_000;

export async function run({ small }: Options): Promise<Figure[]> {
  const windows: [number, number][] = small
    ? [[50, 100]]
    : [
        [250, 20_000],
        [1000, 5000],
        [10_000, 500],
      ];
  const figures: Figure[] = [];
  for (const [window, updates] of windows) figures.push(...(await sliding(window, updates, small)));
  const sizes = small ? { european: 20, american: 4 } : { european: 1000, american: 100 };
  for (const style of ["european", "american"] as const) {
    figures.push(...(await revaluation(style, sizes[style], small)));
  }
  return figures;
}

async function sliding(window: number, updates: number, small: boolean): Promise<Figure[]> {
  const pnl = profits(window + updates);
  demandSame("tails", ours(pnl, window), sortedEachTime(pnl, window));
  // The window is full before anything is timed, and goes on from round to round.
  const kept = new SlidingTail(window, CONFIDENCE);
  for (let at = 0; at < window; at++) kept.push(pnl[at]!);
  const samples = await interleaved(
    {
      ours: () => {
        let sum = 0;
        for (let at = window; at < pnl.length; at++) {
          kept.push(pnl[at]!);
          sum += kept.tail()!.expectedShortfall;
        }
        return sum;
      },
      plain: () => sortedEachTime(pnl, window).length,
    },
    small ? { rounds: 2, warmups: 0 } : { rounds: 9, warmups: 2 },
  );
  const perThousand = (times: readonly number[]) => times.map((ms) => (ms / updates) * 1000);
  const name = `thousand updates, window of ${window.toLocaleString("en-US")}`;
  return [
    {
      name: `${name}: ours`,
      unit: "ms",
      samples: perThousand(samples.ours),
      checked: `${updates.toLocaleString("en-US")} tails equal to the last digit`,
    },
    { name: `${name}: sorted each time`, unit: "ms", samples: perThousand(samples.plain) },
    {
      name: `${name}: sorted each time / ours`,
      unit: "x",
      samples: ratios(samples.plain, samples.ours),
    },
  ];
}

function ours(pnl: Float64Array, window: number): Tail[] {
  const sliding = new SlidingTail(window, CONFIDENCE);
  const tails: Tail[] = [];
  for (const [at, profit] of pnl.entries()) {
    sliding.push(profit);
    if (at >= window) tails.push(sliding.tail()!);
  }
  return tails;
}

function sortedEachTime(pnl: Float64Array, window: number): Tail[] {
  const tails: Tail[] = [];
  for (let at = window; at < pnl.length; at++) {
    tails.push(historicalTail(pnl.subarray(at + 1 - window, at + 1), CONFIDENCE));
  }
  return tails;
}

type Style = "european" | "american";

async function revaluation(style: Style, options: number, small: boolean): Promise<Figure[]> {
  const count = small ? 40 : 500;
  const { positions, market, scenarios } = book(style, options, count);
  const checkedScenarios = [0, count - 1];
  const full = totalPnl(revalue(positions, market, scenarios));
  demandClose(
    "profits",
    checkedScenarios.map((at) => full[at]!),
    checkedScenarios.map((at) => inMovedMarket(positions, market, scenarios, at)),
    // American values are within 2e-4 per 100 of strike, and their boundaries are shared here.
    style === "european" ? 1e-9 : 1e-4,
  );
  const samples = await interleaved(
    {
      full: () => totalPnl(revalue(positions, market, scenarios)),
      near: () => totalPnl(deltaGammaVega(positions, market, scenarios)),
    },
    small ? { rounds: 2, warmups: 0 } : { rounds: 9, warmups: 2 },
  );
  const name = `${options.toLocaleString("en-US")} ${style} options over ${count} scenarios`;
  return [
    {
      name: `${name}: full revaluation`,
      unit: "ms",
      samples: samples.full,
      checked: "equal to the values in a moved market",
    },
    { name: `${name}: delta, gamma and vega`, unit: "ms", samples: samples.near },
  ];
}

function inMovedMarket(
  positions: readonly Position[],
  market: Market,
  { returns, volatilityShifts }: Scenarios,
  at: number,
): number {
  const spots = new Map(
    [...market.spots].map(([name, spot]) => [name, spot * (1 + returns.get(name)![at]!)]),
  );
  return positions.reduce((sum, position) => {
    const moved =
      position.kind === "option"
        ? { ...position, impliedVolatility: position.impliedVolatility + volatilityShifts[at]! }
        : position;
    const there = positionValue(moved, { ...market, spots });
    return sum + there - positionValue(position, market);
  }, 0);
}

const NAMES = Array.from({ length: 50 }, (_, at) => `N${at}`);

function book(style: Style, options: number, count: number) {
  const draw = uniform(2024);
  const nowMs = Date.UTC(2024, 4, 6, 20);
  const market: Market = {
    spots: new Map(NAMES.map((name) => [name, 20 + 300 * draw()])),
    rate: 0.04,
    dividendYields: new Map(NAMES.map((name) => [name, 0.03 * draw()])),
    nowMs,
  };
  const positions = Array.from({ length: options }, (_, at): Position => {
    const underlying = NAMES[at % NAMES.length]!;
    return {
      kind: "option",
      underlying,
      option: at % 2 === 0 ? "call" : "put",
      style,
      strike: market.spots.get(underlying)! * (0.7 + 0.6 * draw()),
      expiry: nowMs + (2 + 500 * draw()) * DAY_MS,
      quantity: Math.round(40 * draw()) - 18,
      multiplier: 100,
      impliedVolatility: 0.15 + 0.5 * draw(),
    };
  });
  const moves = () => Float64Array.from({ length: count }, () => (draw() + draw() - 1) / 5);
  const scenarios: Scenarios = {
    returns: new Map(NAMES.map((name) => [name, moves()])),
    volatilityShifts: Float64Array.from({ length: count }, () => (draw() - 0.5) / 5),
  };
  return { positions, market, scenarios };
}

/** Profits with a few large losses among them; the same every time. */
function profits(count: number): Float64Array {
  const draw = uniform(250);
  return Float64Array.from({ length: count }, () => {
    const spread = draw() + draw() - 1;
    return draw() < 0.02 ? 5 * spread : spread;
  });
}
