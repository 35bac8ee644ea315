/**
 * The fault suite as a command:
 *
 *   npm run faults -- --seeds 5000             seeds 1 to 5000
 *   npm run faults -- --seeds 42-42 --trace    one seed again, and everything that happens in it
 *   npm run faults -- --mutants                every seeded bug, until a seed catches it
 *
 *   --hashes          prints the hash of each run's trace
 *   --mutant <name>   runs the seeds against the product with that bug
 *   --known           with --mutants: first the seed each bug is known to be caught by, by a short run where that does
 *   --service         runs of the functions of the service, not of the store with a dataset of our own
 *   --short           shorter runs: another course of events for the same seed
 *
 * Prints one line of JSON for each run that failed, and one with the sums at the end. Ends with 1 when a seed failed
 * or a bug was not caught.
 */
import { parseArgs } from "node:util";
import { installGlobals } from "./globals.ts";

await installGlobals();
Object.assign(process.env, { LOG_LEVEL: "silent", ACCESS: "keys", MIN_DAYS: "1" });
const { caught, runSeeds } = await import("./report.ts");

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    service: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    hashes: { type: "boolean", default: false },
    mutant: { type: "string" },
    mutants: { type: "boolean", default: false },
    known: { type: "boolean", default: false },
  },
});

function range(text: string): readonly [first: number, last: number] {
  const [, first = "", last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === "") throw new Error(`--seeds must be like 50 or 7-9, was "${text}"`);
  return last === undefined ? [1, Number(first)] : [Number(first), Number(last)];
}

const [first, last] = range(values.seeds);
const { short: isShort, service: isService, trace: isTraced, hashes: isHashed, mutant } = values;
const isWell = values.mutants
  ? await caught(values.known)
  : await runSeeds({ first, last, kind: { isService, isShort }, isTraced, isHashed, mutant });
process.exitCode = isWell ? 0 : 1;
