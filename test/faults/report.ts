/** Runs of many seeds, and what is said about them. */
import { loadBuild, NEWER, type Product, presentBuild } from "./builds.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";
import { type Builds, type Outcome, simulate } from "./simulation.ts";
import { SIZES } from "./workload.ts";

/** A bug must show within this many seeds. */
const SEEDS_TO_CATCH = 20;

const say = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

async function buildsOf(product: Product | undefined): Promise<Builds> {
  const present = await presentBuild();
  const newer = await loadBuild("newer", NEWER);
  warmUp ??= simulate(0, { product: present, newer, present }, SIZES.warm);
  await warmUp;
  if (product === undefined) return { product: present, newer, present };
  await product.loadSqlite();
  return { product, newer: product, present };
}

/**
 * A client sets itself up at its first request, which lets others overtake it. One run that counts for nothing makes the
 * first seed like all that follow, so that a seed repeats whatever ran before it.
 */
let warmUp: Promise<unknown> | undefined;

const mutated = ({ name, edits }: Mutant): Promise<Product> => loadBuild(name, edits);

function mutantCalled(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  throw new Error(`--mutant must be one of ${MUTANTS.map((mutant) => mutant.name).join(", ")}`);
}

/** The command that shows a run again. */
const replay = (seed: number, isShort: boolean, mutant?: string): string =>
  [
    `npm run faults -- --seeds ${seed}-${seed} --trace`,
    ...(isShort ? ["--short"] : []),
    ...(mutant === undefined ? [] : [`--mutant ${mutant}`]),
  ].join(" ");

type Sums = { [name: string]: number };

function add(sums: Sums, { commits, reads, faults, removed, events }: Outcome): void {
  const all = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const more = { seeds: 1, commits, reads, faults: all, parts_collected: removed, events };
  for (const [name, value] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + value;
}

/** @returns whether every seed went well */
export async function runSeeds(
  options: Readonly<{
    first: number;
    last: number;
    isShort: boolean;
    isTraced: boolean;
    /** Whether to tell the hash of each run's trace. */
    isHashed: boolean;
    mutant: string | undefined;
  }>,
): Promise<boolean> {
  const { first, last, isShort, isTraced, isHashed, mutant } = options;
  const startedMs = performance.now();
  const builds = await buildsOf(
    mutant === undefined ? undefined : await mutated(mutantCalled(mutant)),
  );
  const listen = isTraced ? (line: string) => process.stdout.write(line) : undefined;
  const sums: Sums = {};
  const kinds: Sums = {};
  let failed = 0;
  for (let seed = first; seed <= last; seed++) {
    const outcome = await simulate(seed, builds, isShort ? SIZES.short : SIZES.whole, listen);
    add(sums, outcome);
    for (const [kind, count] of Object.entries(outcome.faults)) {
      kinds[kind] = (kinds[kind] ?? 0) + count;
    }
    if (isHashed) say({ seed, trace_hash: outcome.traceHash });
    if (outcome.violations.length === 0) continue;
    failed++;
    say({ failed: seed, replay: replay(seed, isShort, mutant), violations: outcome.violations });
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  say({ ...sums, failed_seeds: failed, seconds, faults_by_kind: kinds });
  return failed === 0;
}

/** The first of some seeds that catches the bug. */
async function catching(
  mutant: Mutant,
  seeds: readonly number[],
  isShort: boolean,
): Promise<Outcome | undefined> {
  const builds = await buildsOf(await mutated(mutant));
  for (const seed of seeds) {
    const outcome = await simulate(seed, builds, isShort ? SIZES.short : SIZES.whole);
    if (outcome.violations.length > 0) return outcome;
  }
  return undefined;
}

/**
 * @param isKnown tries the seed that each bug is known to be caught by first
 * @returns whether every seeded bug is caught
 */
export async function caught(isKnown: boolean): Promise<boolean> {
  const startedMs = performance.now();
  const upTo = Array.from({ length: SEEDS_TO_CATCH }, (_, index) => index + 1);
  let missed = 0;
  let moved = 0;
  for (const mutant of MUTANTS) {
    const isShort = mutant.isWhole !== true;
    const known = isKnown ? await catching(mutant, [mutant.seed], isShort) : undefined;
    const by = known ?? (await catching(mutant, upTo, false));
    if (by === undefined) missed++;
    if (isKnown && known === undefined) moved++;
    const rules = [...new Set(by?.violations.map(({ rule }) => rule))];
    const again = by && replay(by.seed, known !== undefined && isShort, mutant.name);
    say({ mutant: mutant.name, caught_by_seed: by?.seed ?? null, rules, replay: again });
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  say({ mutants: MUTANTS.length, missed, ...(isKnown && { moved }), seconds });
  return missed === 0;
}
