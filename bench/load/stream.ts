/** What the routes of the stream answer from: a morning of trades in the log of a service, and the night after it. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { kinesisLog } from "../../lib/edge/kinesis.ts";
import type { EventLog } from "../../lib/ports.ts";
import type { Service } from "./service.ts";

const OPENING_MS = Date.UTC(2024, 11, 31, 14, 30);
const STEP_MS = 15_000;
const TRADES = 720;
const STORED_WITHIN_MS = 60_000;
const SCHEDULE = new URL("../../events/market/train.json", import.meta.url);

/** The log `ticks` of a service on this machine, over the client that feeds use. */
export const logAt = (endpoint: string): EventLog =>
  kinesisLog({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    streams: { ticks: "ticks" },
  });

/**
 * Three hours of trades of one symbol, four a minute, and the models that are trained on their bars.
 * @throws Error when the bars are not there within a minute, or training fails
 */
export async function streamMorning(
  { url, logUrl, lambdaUrl }: Service,
  symbol: string,
): Promise<void> {
  const trades = Array.from({ length: TRADES }, (_, at) => ({
    ...{ symbol, price: 100 + (at % 40) / 4, size: 100 * (1 + (at % 3)) },
    ...{ time: OPENING_MS + at * STEP_MS, id: at + 1 },
  }));
  const bytes = new TextEncoder().encode(JSON.stringify(trades));
  await logAt(logUrl).append("ticks", [{ key: "load/0", bytes }]);
  await barsStored(`${url}/api/v1/aggregated/${symbol}?window=1min`);
  const train = `${lambdaUrl}/2015-03-31/functions/equipoise-local-market-train/invocations`;
  const body = readFileSync(SCHEDULE, "utf8");
  const trained = await fetch(train, { method: "POST", body });
  const told = await trained.text();
  if (!trained.ok || !told.includes('"outcome":"done"')) throw new Error(`not trained: ${told}`);
}

async function barsStored(address: string): Promise<void> {
  const deadlineMs = performance.now() + STORED_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    const answer = await fetch(address);
    await answer.arrayBuffer();
    if (answer.ok) return;
    await sleep(200);
  }
  throw new Error(`${address} has no bars within ${STORED_WITHIN_MS / 1000} s`);
}
