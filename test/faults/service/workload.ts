/**
 * Some evenings of the service: the schedule brings a session, people build and read, somebody rewinds the market,
 * collectors come by, things are disturbed.
 */
import { isoDay } from "../../../lib/time.ts";
import { invoke, Killed } from "../process.ts";
import type { Scene } from "../simulation.ts";
import { pause } from "../stage.ts";
import { checkService } from "./checks.ts";
import { EVENINGS, eveningMs, INDEX, OTHER_INDEX } from "./market.ts";
import type { Model } from "./model.ts";
import { type ServiceProcess, startService } from "./process.ts";
import { isFailure, readerOf, type ServiceStage } from "./reader.ts";
import { type Asked, buildOf, essence, rollbackTo } from "./requests.ts";
import { newServiceTold, type Summary } from "./told.ts";

/** How much happens in a run. */
export type ServiceSize = Readonly<{ evenings: number; readers: number }>;

export const SERVICE_SIZES = {
  short: { evenings: 2, readers: 2 },
  whole: { evenings: 4, readers: 3 },
} as const satisfies Readonly<{ [name: string]: ServiceSize }>;

const DELIVERIES_MAX = 6;
const EVENING_LENGTH_MS = 30_000;
/** After this no request that was sent under faults is on its way any more. */
const QUIET_MS = 60_000;

const PASSING: ReadonlySet<unknown> = new Set([
  "DEPENDENCY_DOWN",
  "WRITE_CONFLICT",
  "IMAGE_REFUSED",
  // Somebody has rewound the market between its loading and the building: the next delivery finds it so.
  "RANGE_OUTSIDE_DATA",
]);

/** Whether the event needs no further delivery. */
async function attempt(stage: ServiceStage, who: ServiceProcess, day: number): Promise<boolean> {
  const { record, told } = stage;
  try {
    const summary = (await who.evening(`evening-${day}`)) as Summary;
    const published = {
      market: record.of("market").manifests.length,
      index: record.of("index").manifests.length,
    };
    told.evening({ day, summary, published });
    return true;
  } catch (error) {
    const code = error instanceof Killed ? "KILLED" : (error as { code?: unknown }).code;
    record.trace(`failed evening ${day} ${String(code)}`);
    if (code !== "KILLED" && !PASSING.has(code)) {
      record.violate("unexpected error", `evening ${day}: ${(error as Error).stack}`);
    }
    return false;
  }
}

async function delivered(stage: ServiceStage, day: number): Promise<void> {
  for (let delivery = 1; delivery <= DELIVERIES_MAX; delivery++) {
    if (await attempt(stage, stage.fleet.any(), day)) return;
    await pause(stage, stage.random.between(200, 15_000));
  }
}

/** A change that somebody asks for over HTTP: once, as people do. */
async function asked(stage: ServiceStage, what: Asked, id: string): Promise<void> {
  const { record, told, fleet } = stage;
  try {
    const { reply, seen } = await fleet.any().ask(what, id);
    if (reply.statusCode === 200 && what.name === "build") {
      told.build({ asked: what, reply, seen });
    } else if (reply.statusCode !== 200 && !isFailure(reply) && !ALLOWED.has(essence(reply))) {
      record.violate("unexpected error", `${what.pattern}: ${reply.body}`);
    }
  } catch (error) {
    if (error instanceof Killed) return record.trace(`killed ${id}`);
    record.violate("unexpected error", `${id}: ${(error as Error).stack}`);
  }
}

/** The version to go back to has been collected; others were first; the market is not that far yet. */
const ALLOWED: ReadonlySet<string> = new Set([
  "404 UNKNOWN_VERSION",
  "409 WRITE_CONFLICT",
  "422 RANGE_OUTSIDE_DATA",
]);

async function readAllAlong(stage: ServiceStage, name: string, endMs: number): Promise<void> {
  const reader = readerOf(stage, name);
  while (stage.clock.nowMs() < endMs) {
    await reader.read();
    await pause(stage, stage.random.between(0, EVENING_LENGTH_MS / 6));
  }
}

async function evening(stage: ServiceStage, day: number, readers: number): Promise<void> {
  const { random, faults, fleet, clock, record } = stage;
  const running: Promise<void>[] = [];
  const at = (share: number, act: () => Promise<void>): void => {
    running.push(pause(stage, share * EVENING_LENGTH_MS).then(act));
  };
  const soon = () => (random.chance(0.5) ? random.between(0, 0.05) : random.next());
  at(0, () => delivered(stage, day));
  if (random.chance(0.5)) {
    faults.note("duplicate_event");
    at(soon(), () => delivered(stage, day));
  }
  for (let one = random.whole(0, 2); one > 0; one--) {
    const index = random.pick([INDEX, INDEX, OTHER_INDEX]);
    at(soon(), () => asked(stage, buildOf(index, day), `build-${day}-${one}`));
  }
  const { length } = record.of("market").manifests;
  if (length > 1 && random.chance(0.5)) {
    const seq = random.whole(1, length - 1);
    // Mostly while the market is being loaded.
    at(random.chance(0.7) ? random.between(0, 0.04) : random.next(), () =>
      asked(stage, rollbackTo("market", seq), `rollback-${day}`),
    );
  }
  for (let one = random.whole(0, 2); one > 0; one--) at(random.next(), async () => fleet.disturb());
  const endMs = clock.nowMs() + EVENING_LENGTH_MS;
  for (let one = 0; one < readers; one++) {
    running.push(readAllAlong(stage, `reader${one}`, endMs));
  }
  await Promise.all(running);
}

const until = (stage: ServiceStage, ms: number): Promise<void> =>
  pause(stage, Math.max(0, ms - stage.clock.nowMs()));

/** Nobody disturbs any more: one evening later everything must be there, and well. */
async function settled(stage: ServiceStage, day: number): Promise<void> {
  const { faults, fleet, record } = stage;
  faults.stop();
  await pause(stage, QUIET_MS);
  fleet.deploy();
  const who = fleet.restart();
  await until(stage, eveningMs(day));
  if (!(await attempt(stage, who, day))) record.violate("not done", `evening ${day} failed`);
  for (const dataset of ["market", "index"]) {
    const results = await invoke(who, () => who.images.verify(dataset));
    for (const { part, ok, problem } of results) {
      if (!ok) record.violate("damaged", `${dataset} ${part}: ${problem}`);
    }
  }
  const reader = readerOf({ ...stage, fleet: { ...fleet, any: () => who } }, "last");
  for (let read = 0; read < 8; read++) await reader.read();
  const last = stage.told.evenings.at(-1)?.summary;
  const ends = [last?.market.available?.end_date, ...(last?.indices ?? []).map((i) => i.end_date)];
  for (const end of ends) {
    if (end !== isoDay(day)) record.violate("not done", `after ${isoDay(day)} it ends on ${end}`);
  }
  fleet.stop();
}

/** The real functions on a small market, evening after evening. */
export const evenings = (size: ServiceSize, model: Model): Scene<ServiceProcess> => ({
  startMs: eveningMs(EVENINGS[0]!) - 3_600_000,
  stormAtMs: (random) =>
    eveningMs(EVENINGS[random.whole(0, size.evenings - 1)]!) + random.between(-5_000, 20_000),
  stock: model.stock,
  start: startService,
  async play(shared) {
    const told = newServiceTold(shared.record.trace);
    const stage: ServiceStage = { ...shared, told };
    const { random, fleet } = stage;
    const deployedIn = random.chance(0.5) ? random.whole(1, size.evenings - 1) : size.evenings;
    for (const [past, day] of EVENINGS.slice(0, size.evenings).entries()) {
      if (past === deployedIn) fleet.deploy();
      await until(stage, eveningMs(day));
      await evening(stage, day, size.readers);
    }
    await settled(stage, EVENINGS[size.evenings]!);
    return {
      reads: told.reads.length,
      check: () => checkService(stage.record, told, model, stage.isStoreWell),
    };
  },
});
