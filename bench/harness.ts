/**
 * What every bench shares: the form of a figure, timing that is hard to fool, and processes of their own.
 *
 * Variants that are compared run interleaved, one sample each per round in turning order, so that a change of the
 * machine's load meets all of them; garbage is collected before each sample; what a variant returns is kept.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export type Target = Readonly<{ atMost: number } | { atLeast: number }>;

export type Figure = Readonly<{
  name: string;
  /** "x" is a ratio: this many times. */
  unit: "ms" | "MB" | "x";
  /** One value per round; the figure is their median. Empty only for a figure that was skipped. */
  samples: readonly number[];
  target?: Target;
  /** What was found to be equal or right before anything was timed. */
  checked?: string;
  skipped?: string;
}>;

export type Options = Readonly<{
  /** Sizes that finish within seconds: they keep the bench alive and say nothing about speed. */
  small: boolean;
  /** Where benches of one run keep what several of them need; a bench makes its own folder without it. */
  folder?: string;
}>;

export type Run = (options: Options) => Promise<Figure[]>;

/** The middle value, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Whether the median reaches the target; `undefined` without one. */
export function isMet({ samples, target }: Figure): boolean | undefined {
  if (target === undefined || samples.length === 0) return undefined;
  const value = median(samples);
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

let collector: (() => void) | undefined;

/** A full garbage collection, with or without --expose-gc; none where sizes are so small that times say nothing. */
export function collectGarbage(): void {
  if (process.env.BENCH_LEAVES_GARBAGE) return;
  if (collector === undefined) {
    setFlagsFromString("--expose-gc");
    collector = globalThis.gc ?? (runInNewContext("gc") as () => void);
  }
  collector();
}

/** Results go here, so that no engine may leave out work that nobody looks at. */
let kept: unknown;
export const lastResult = (): unknown => kept;

export type Rounds = Readonly<{
  rounds: number;
  /** Rounds that are not counted: compilation, first touch of pages, statement caches. */
  warmups: number;
  /** Calls per sample; the sample is their mean. For calls much shorter than a millisecond. */
  calls?: number;
  /** Called before each sample, not timed. */
  prepare?: () => void;
}>;

/** ms per call of each variant, one sample per round. */
export async function interleaved<Name extends string>(
  variants: Readonly<Record<Name, () => unknown>>,
  { rounds, warmups, calls = 1, prepare }: Rounds,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(variants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = -warmups; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + Math.abs(round)) % names.length]!;
      prepare?.();
      collectGarbage();
      const began = performance.now();
      for (let call = 0; call < calls; call++) kept = await variants[name]();
      const ms = (performance.now() - began) / calls;
      if (round >= 0) samples[name].push(ms);
    }
  }
  return samples;
}

/** Sample by sample, `a` divided by `b` of the same round. */
export const ratios = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, round) => value / b[round]!);

const run = promisify(execFile);
const ASSETS = fileURLToPath(new URL("../localstack/assets.mjs", import.meta.url));

export type ChildOptions = Readonly<{
  /** Replaces the environment, except for what a process cannot do without. */
  env?: Readonly<Record<string, string>>;
  flags?: readonly string[];
}>;

/**
 * Runs a script in a process of its own and gives what it prints as JSON. This process goes on meanwhile,
 * so the script may use servers that stand in it.
 */
export async function inChild<Result>(
  script: string,
  args: readonly string[],
  { env = {}, flags = [] }: ChildOptions = {},
): Promise<Result> {
  const { stdout } = await run(
    process.execPath,
    ["--expose-gc", "--import", ASSETS, ...flags, script, ...args],
    { env: { ...inherited(), ...env }, maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout) as Result;
}

/** Settings of whoever started the bench must not reach what is measured. */
function inherited(): Record<string, string> {
  const places = ["PATH", "HOME", "TMPDIR", "EQUIPOISE_SHARED", "BENCH_PROFILE_FOLDER"];
  const names = [...places, "BENCH_LEAVES_GARBAGE"];
  const given = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(given), TZ: "UTC", LOG_LEVEL: "silent" };
}

/** Most memory this process ever held at once, MB. */
export const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

/** @throws Error naming both when a bench would compare things that are not the same */
export function demandSame(what: string, ours: unknown, peer: unknown): void {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(peer)];
  if (a === b) return;
  let at = 0;
  while (a?.[at] !== undefined && a[at] === b?.[at]) at++;
  const excerpt = (text: string | undefined) => text?.slice(Math.max(0, at - 40), at + 80);
  throw new Error(
    `${what} differ at character ${at}: ours ...${excerpt(a)}, peer ...${excerpt(b)}`,
  );
}

/** @throws Error unless every pair agrees within `relative` */
export function demandClose(
  what: string,
  ours: readonly number[],
  peer: readonly number[],
  relative: number,
): void {
  if (ours.length !== peer.length) {
    throw new Error(`${what}: ours are ${ours.length} values, the peer's ${peer.length}`);
  }
  const at = ours.findIndex((value, i) => {
    const scale = Math.max(Math.abs(value), Math.abs(peer[i]!));
    return !(Math.abs(value - peer[i]!) <= relative * scale);
  });
  if (at >= 0) throw new Error(`${what} differ at ${at}: ours ${ours[at]}, peer ${peer[at]}`);
}
