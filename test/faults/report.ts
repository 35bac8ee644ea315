/** Runs of many seeds, and what is said about them. */
import { loadBuild, NEWER, type Product, presentBuild } from "./builds.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";
import { type Builds, type Outcome, simulate } from "./simulation.ts";
import { ledger, SIZES } from "./workload.ts";

/** A bug must show within this many seeds. */
const SEEDS_TO_CATCH = 20;

const say = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

async function buildsOf(product: Product | undefined): Promise<Builds> {
  const present = await presentBuild();
  const newer = await loadBuild("newer", NEWER);
  warmUp ??= simulate(0, { product: present, newer, present }, ledger(SIZES.warm));
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
const replay = (seed: number, { isService, isShort }: Kind, mutant?: string): string =>
  [
    `npm run faults -- --seeds ${seed}-${seed} --trace`,
    ...(isService ? ["--service"] : []),
    ...(isShort ? ["--short"] : []),
    ...(mutant === undefined ? [] : [`--mutant ${mutant}`]),
  ].join(" ");

/** Loaded after the builds: they look at every module that comes after them. */
const service = async (present: Product) => {
  const [{ modelOf }, workload] = await Promise.all([
    import("./service/model.ts"),
    import("./service/workload.ts"),
  ]);
  return { ...workload, model: await modelOf(present) };
};
let served: ReturnType<typeof service> | undefined;

/** Runs of either scene: jobs on a small dataset of our own, or the functions of the service. */
async function run(
  seed: number,
  builds: Builds,
  { isService, isShort }: Kind,
  listen?: (line: string) => void,
): Promise<Outcome> {
  if (!isService)
    return simulate(seed, builds, ledger(isShort ? SIZES.short : SIZES.whole), listen);
  served ??= service(builds.present);
  const { evenings, SERVICE_SIZES, model } = await served;
  const size = isShort ? SERVICE_SIZES.short : SERVICE_SIZES.whole;
  return simulate(seed, builds, evenings(size, model), listen);
}

type Kind = Readonly<{ isService: boolean; isShort: boolean }>;

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
    kind: Kind;
    isTraced: boolean;
    /** Whether to tell the hash of each run's trace. */
    isHashed: boolean;
    mutant: string | undefined;
  }>,
): Promise<boolean> {
  const { first, last, kind, isTraced, isHashed, mutant } = options;
  const startedMs = performance.now();
  const builds = await buildsOf(
    mutant === undefined ? undefined : await mutated(mutantCalled(mutant)),
  );
  const listen = isTraced ? (line: string) => process.stdout.write(line) : undefined;
  const sums: Sums = {};
  const kinds: Sums = {};
  let failed = 0;
  for (let seed = first; seed <= last; seed++) {
    const outcome = await run(seed, builds, kind, listen);
    add(sums, outcome);
    for (const [fault, count] of Object.entries(outcome.faults)) {
      kinds[fault] = (kinds[fault] ?? 0) + count;
    }
    if (isHashed) say({ seed, trace_hash: outcome.traceHash });
    if (outcome.violations.length === 0) continue;
    failed++;
    say({ failed: seed, replay: replay(seed, kind, mutant), violations: outcome.violations });
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  say({ ...sums, failed_seeds: failed, seconds, faults_by_kind: kinds });
  return failed === 0;
}

/** The first of some seeds that catches the bug. */
async function catching(
  mutant: Mutant,
  seeds: readonly number[],
  kind: Kind,
): Promise<Outcome | undefined> {
  const builds = await buildsOf(await mutated(mutant));
  for (const seed of seeds) {
    const outcome = await run(seed, builds, kind);
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
    const whole = { isService: mutant.isService === true, isShort: false };
    const kind = { ...whole, isShort: mutant.isWhole !== true };
    const known = isKnown ? await catching(mutant, [mutant.seed], kind) : undefined;
    const by = known ?? (await catching(mutant, upTo, whole));
    if (by === undefined) missed++;
    if (isKnown && known === undefined) moved++;
    const rules = [...new Set(by?.violations.map(({ rule }) => rule))];
    const again = by && replay(by.seed, known === undefined ? whole : kind, mutant.name);
    say({ mutant: mutant.name, caught_by_seed: by?.seed ?? null, rules, replay: again });
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  say({ mutants: MUTANTS.length, missed, ...(isKnown && { moved }), seconds });
  return missed === 0;
}
