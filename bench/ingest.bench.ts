/**
 * Ingestion of the captured market of 2021-2023 (three .gz files and the small files beside them) through the real
 * source and the job into the embedded S3 server, which shares the process and the disk as in `npx equipoise ingest`.
 * Time is from the first byte read to the published manifest; memory is the peak of the whole process, the runtime
 * (about 60 MB) and the server included. Each sample is a process of its own that begins with an empty store.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ingest } from "../lib/jobs/ingest.ts";
import { type Figure, inChild, type Options, peakMb } from "./harness.ts";
import { capturedMarket, hasCaptured, inFolder, simulated } from "./markets.ts";
import { embeddedStore } from "./stores.ts";

const SELF = fileURLToPath(import.meta.url);
const ROUNDS = 5;
const MS_MAX = 12_000;
const MB_MAX = 700;
/** What the three files hold: rows with a price, on sessions. */
const CAPTURED_DAYS = 733;

type Measured = Readonly<{ ms: number; peakMb: number; rows: number; days: number }>;

export async function run(options: Options): Promise<Figure[]> {
  const { small } = options;
  if (!small && !hasCaptured()) {
    const skipped = "the captured market is not at hand (EQUIPOISE_SHARED)";
    return [{ name: "ingest, 733 sessions from .gz", unit: "ms", samples: [], skipped }];
  }
  return inFolder(options, async ({ folder }) => {
    const measured: Measured[] = [];
    for (let round = 0; round < (small ? 1 : ROUNDS); round++) {
      const root = join(folder, `ingest-${round}`);
      measured.push(await inChild<Measured>(SELF, [root, small ? "simulated" : "captured"]));
    }
    const [{ rows, days }] = measured as [Measured];
    if (!small && days !== CAPTURED_DAYS) {
      throw new Error(`the captured market has ${CAPTURED_DAYS} sessions, ${days} were stored`);
    }
    const name = `ingest, ${days} sessions, ${rows.toLocaleString("en-US")} rows`;
    const checked = `${days} sessions stored and read back`;
    const targets = small ? [] : [{ atMost: MS_MAX }, { atMost: MB_MAX }];
    return [
      {
        name: `${name}: time`,
        unit: "ms",
        samples: measured.map(({ ms }) => ms),
        checked,
        ...(targets[0] && { target: targets[0] }),
      },
      {
        name: `${name}: peak memory`,
        unit: "MB",
        samples: measured.map((one) => one.peakMb),
        ...(targets[1] && { target: targets[1] }),
      },
    ];
  });
}

async function measure(root: string, market: string): Promise<Measured> {
  const store = await embeddedStore(root);
  try {
    const source = market === "captured" ? capturedMarket() : simulated(60, 20240102, 20240403);
    const began = performance.now();
    const summary = await ingest(
      { images: store.images, nowMs: Date.now },
      { source, minDays: 30, isStrict: false, jobId: "bench" },
    );
    const ms = performance.now() - began;
    const peak = peakMb();
    const results = await store.images.verify("market");
    const bad = results.filter(({ ok }) => !ok);
    if (bad.length > 0) throw new Error(`parts fail their check: ${JSON.stringify(bad)}`);
    return { ms, peakMb: peak, rows: summary.rows_accepted, days: summary.sessions_total };
  } finally {
    await store.close();
  }
}

if (import.meta.main) {
  const [root = "", market = ""] = process.argv.slice(2);
  console.log(JSON.stringify(await measure(root, market)));
}
