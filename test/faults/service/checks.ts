/** What must hold after a run of the service, whatever befell it. */
import type { Manifest } from "../../../lib/ports.ts";
import { dayKey } from "../../../lib/time.ts";
import type { Chain, Violate } from "../chain.ts";
import { checkOnce } from "../checks.ts";
import type { Record } from "../record.ts";
import { INDEX } from "./market.ts";
import { type Model, NEVER_READ, type State } from "./model.ts";
import type { DoneBuild, ServiceRead, ServiceTold } from "./told.ts";

type Chains = Readonly<{ market: Chain; index: Chain }>;

const prefixed = (prefix: string, { parts }: Manifest) =>
  Object.entries(parts).filter(([name]) => name.startsWith(prefix));

/** The last day of what a version holds: of the market, or of the index that is there from the beginning. */
function lastDay(dataset: keyof Chains, manifest: Manifest): number {
  const prefix = dataset === "market" ? "" : `${INDEX.id}/`;
  return Math.max(...prefixed(prefix, manifest).map(([, { to }]) => to ?? 0));
}

const isRollback = ({ note }: Manifest): boolean => note.startsWith("rollback to ");

export async function checkService(
  { of, violate }: Record,
  told: ServiceTold,
  model: Model,
  isStoreWell: boolean,
): Promise<void> {
  const chains = { market: of("market"), index: of("index") };
  checkOnce(chains.market, violate);
  checkOnce(chains.index, violate);
  checkForward(chains, violate);
  checkDerived(chains, violate);
  checkEvenings(chains, told, violate);
  await checkContents(chains, model, violate);
  for (const read of told.reads) await checkRead(read, chains, model, isStoreWell, violate);
  for (const build of told.builds) await checkBuild(build, chains, model, violate);
}

/** A session that was stored is only lost when somebody rewinds the market. */
function checkForward({ market }: Chains, violate: Violate): void {
  market.manifests.reduce((before, manifest) => {
    const last = lastDay("market", manifest);
    if (last < before && !isRollback(manifest)) {
      violate("lost", `market ${manifest.seq} ends on ${last}, the one before on ${before}`);
    }
    return last;
  }, 0);
}

/** Each version of the index comes from a market no older than that of the version before. */
function checkDerived({ market, index }: Chains, violate: Violate): void {
  let floor = 0;
  for (const manifest of index.manifests) {
    const day = lastDay("index", manifest);
    const sources = market.manifests.filter((one) => lastDay("market", one) === day);
    // A content may come back by a roll-back, and stands for any of its times.
    const from = sources.find(({ seq }) => seq >= floor);
    if (from === undefined && sources.length > 0) {
      violate("older market", `index ${manifest.seq} up to ${day} comes after market ${floor}`);
    }
    floor = from?.seq ?? floor;
  }
}

/** What an evening said was done stands in a version that was published before it said so. */
function checkEvenings(chains: Chains, told: ServiceTold, violate: Violate): void {
  for (const { day, summary, published } of told.evenings) {
    const stands = (dataset: keyof Chains, end: string | undefined): boolean =>
      chains[dataset].manifests
        .slice(0, published[dataset])
        .some((manifest) => lastDay(dataset, manifest) === dayKey(end ?? "1900-01-01"));
    const end = summary.market.available?.end_date;
    if (!stands("market", end)) violate("lost", `evening ${day} said the market ends on ${end}`);
    const built = summary.indices.find(({ index }) => index === INDEX.id);
    if (!stands("index", built?.end_date)) {
      violate("lost", `evening ${day} said the index ends on ${built?.end_date}`);
    }
  }
}

/** Every version holds, byte for byte, what a single writer makes of the same days. */
async function checkContents(chains: Chains, model: Model, violate: Violate): Promise<void> {
  for (const dataset of ["market", "index"] as const) {
    for (const manifest of chains[dataset].manifests) {
      const expected = await model.parts(dataset, lastDay(dataset, manifest));
      const prefix = dataset === "market" ? "" : `${INDEX.id}/`;
      for (const [name, { sha256 }] of prefixed(prefix, manifest)) {
        if (expected[name]?.sha256 === sha256) continue;
        violate(
          "wrong version",
          `${name} of ${dataset} ${manifest.seq} is not what one writer makes`,
        );
      }
    }
  }
}

const at = ({ manifests }: Chain, seq: number): Manifest => manifests[seq - 1]!;

async function checkRead(
  { reader, asked, text, seen, floor, isExcused }: ServiceRead,
  chains: Chains,
  model: Model,
  isStoreWell: boolean,
  violate: Violate,
): Promise<void> {
  const seq = seen.index.at(-1);
  const what = `${reader} ${asked.pattern}?${asked.query}`;
  if (seq === undefined) return violate("wrong answer", `${what} looked at no version`);
  if (seq < floor && !isExcused) violate("backward", `${what} read ${floor}, then ${seq}`);
  const index = lastDay("index", at(chains.index, seq));
  const last = chains.market.manifests.length;
  const markets = new Set(
    (seen.market.length > 0 ? seen.market.toReversed() : [last]).map((one) =>
      lastDay("market", at(chains.market, one)),
    ),
  );
  // The store may have failed at the market's manifest or at a part of it: then the answer says that it was not checked.
  const possible = isStoreWell ? [0] : [0, 1, NEVER_READ];
  const states = [...markets].flatMap((market) =>
    possible.map((failures): State => ({ market, index, failures })),
  );
  for (const state of states) if ((await model.answer(asked, state)) === text) return;
  const expected = await model.answer(asked, states[0]!);
  const where = `index ${seq} (${index}), market ${[...markets].join(" or ")}`;
  violate("wrong answer", `${what} at ${where} read ${text}, expected ${expected}`);
}

/** Fields of a build's answer that follow from what it built. */
const FIGURES = ["index", "start_date", "end_date", "trading_days", "constituents", "final_level"];

async function checkBuild(
  { asked, reply, seen }: DoneBuild,
  chains: Chains,
  model: Model,
  violate: Violate,
): Promise<void> {
  const figures = (body: string): string => {
    const answer = JSON.parse(body) as { [name: string]: unknown };
    return JSON.stringify(FIGURES.map((name) => answer[name]));
  };
  for (const market of new Set(
    seen.market.map((seq) => lastDay("market", at(chains.market, seq))),
  )) {
    const expected = await model.built(asked, market);
    if (expected.statusCode === 200 && figures(expected.body) === figures(reply.body)) return;
  }
  violate("wrong build", `${JSON.stringify(asked.json)} was answered ${figures(reply.body)}`);
}
