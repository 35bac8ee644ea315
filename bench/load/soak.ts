/**
 * `npm run soak -- --minutes 10 [--rate 100]`: a steady load, and what the service's process holds in memory, looked at
 * every five seconds. Caches fill in the first third. Memory is flat when the median of the last third is at most 10 %
 * above that of the second; otherwise, and for any answer but 2xx or 304, the run fails.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import { isoDay } from "../../lib/time.ts";
import { median } from "../harness.ts";
import { machine } from "../machine.ts";
import { drive, type Measured, type Shot } from "./driver.ts";
import { targets } from "./routes.ts";
import { type Service, startService } from "./service.ts";

export const GROWTH_MAX = 1.1;
const SAMPLE_MS = 5_000;
const CONNECTIONS = 4;
/** Every so many requests one forbids caches. */
const COMPUTED_EVERY = 10;

export type Sample = Readonly<{ minute: number; rssMb: number }>;

export type Growth = Readonly<{
  /** Medians of the second and the last third, MB. */
  secondMb: number;
  lastMb: number;
  /** Least squares over both, MB a minute. */
  slope: number;
  isFlat: boolean;
}>;

export function growthOf(samples: readonly Sample[]): Growth {
  const third = Math.floor(samples.length / 3);
  if (third === 0) throw new Error(`${samples.length} samples cannot be divided in three`);
  const settled = samples.slice(third);
  const size = (part: readonly Sample[]) => median(part.map(({ rssMb }) => rssMb));
  const [secondMb, lastMb] = [size(settled.slice(0, -third)), size(settled.slice(-third))];
  return { secondMb, lastMb, slope: slopeOf(settled), isFlat: lastMb <= GROWTH_MAX * secondMb };
}

function slopeOf(samples: readonly Sample[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(samples.map(({ minute }) => minute));
  const y = mean(samples.map(({ rssMb }) => rssMb));
  let [above, below] = [0, 0];
  for (const { minute, rssMb } of samples) {
    above += (minute - x) * (rssMb - y);
    below += (minute - x) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

/** Every GET route in turn; the three of the index over many days, so that caches have something to do. */
async function mix(service: Service): Promise<(n: number) => Shot> {
  const days = sessionsBetween(20240701, 20241231).map(isoDay);
  const paths = (await targets(service)).map(({ path }) => path);
  const varied = days.flatMap((day) => [
    `/index-composition?date=${day}`,
    `/index-performance?end_date=${day}`,
    `/composition-changes?start_date=${day}`,
  ]);
  const all = varied.flatMap((path, i) => [path, paths[i % paths.length]!]);
  return (n) => ({
    path: all[n % all.length]!,
    ...(n % COMPUTED_EVERY === 0 && { headers: { "cache-control": "no-cache" } }),
  });
}

export type Soaked = Readonly<{ samples: readonly Sample[]; measured: Measured }>;

export async function soak(minutes: number, rate: number, sampleMs = SAMPLE_MS): Promise<Soaked> {
  const service = await startService();
  const samples: Sample[] = [];
  let isOver = false;
  try {
    const began = performance.now();
    const watch = async () => {
      while (!isOver) {
        const minute = (performance.now() - began) / 60_000;
        samples.push({ minute, rssMb: await service.rssMb() });
        await sleep(sampleMs);
      }
    };
    const shot = await mix(service);
    const load = { url: service.url, shot, connections: CONNECTIONS, seconds: minutes * 60, rate };
    const driven = drive(load).finally(() => {
      isOver = true;
    });
    const [measured] = await Promise.all([driven, watch()]);
    return { samples, measured };
  } finally {
    isOver = true;
    await service.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      rate: { type: "string", default: "100" },
    },
  });
  console.log(machine(new Date().toISOString().slice(0, 10)));
  const { samples, measured } = await soak(Number(values.minutes), Number(values.rate));
  const everyMinute = samples.filter(
    ({ minute }, i) => i === 0 || Math.floor(minute) > Math.floor(samples[i - 1]!.minute),
  );
  for (const { minute, rssMb } of everyMinute)
    console.log(`minute ${minute.toFixed(1).padStart(5)}  ${rssMb.toFixed(0).padStart(5)} MB`);
  const { secondMb, lastMb, slope, isFlat } = growthOf(samples);
  const { requests, perSecond, p50Ms, p99Ms, failures } = measured;
  console.log(
    `${requests} requests, ${perSecond.toFixed(0)} a second, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`,
  );
  console.log(
    `median of the second third ${secondMb.toFixed(0)} MB, of the last ${lastMb.toFixed(0)} MB, slope ${slope.toFixed(2)} MB a minute: ${isFlat ? "flat" : "not flat"}`,
  );
  for (const [what, count] of failures) console.log(`failed: ${count} x ${what}`);
  if (!isFlat || failures.size > 0) process.exitCode = 1;
}

if (import.meta.main) await main();
