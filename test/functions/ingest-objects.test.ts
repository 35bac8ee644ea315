// The scheduled function where there is no disk to read from: its files lie in a bucket.
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { s3Objects } from "../../lib/edge/s3.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import { isoDay } from "../../lib/time.ts";
import { embeddedWorld } from "./embedded.ts";

embeddedWorld({
  SOURCE: "csv",
  SOURCE_PATH: "s3://incoming/daily/",
  SOURCE_SECURITIES: "s3://incoming/securities.csv",
  MIN_DAYS: "20",
});

const rows = (from: number, to: number) =>
  `date,ticker,close,market_cap\n${sessionsBetween(from, to)
    .map((day) => `${isoDay(day)},AAA,10,1000`)
    .join("\n")}\n`;

it("loads what lies in the bucket, and then only what came after it", async () => {
  const incoming = s3Objects({
    bucket: "incoming",
    endpoint: process.env.AWS_ENDPOINT_URL_S3!,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await incoming.ensureBucket();
  await incoming.put("daily/2024-01.csv.gz", gzipSync(rows(20240102, 20240131)));
  await incoming.put("securities.csv", Buffer.from("ticker,valid_from,valid_to\nAAA,,\n"));
  const { handler } = await import("../../functions/market/ingest.ts");
  expect(await handler({ id: "first" })).toMatchObject({
    market: {
      outcome: "committed",
      sessions_added: 21,
      available: { start_date: "2024-01-02", end_date: "2024-01-31" },
    },
  });
  await incoming.put("daily/2024-02.csv", Buffer.from(rows(20240130, 20240205)));
  expect(await handler({ id: "second" })).toMatchObject({
    market: { outcome: "committed", sessions_added: 3, rows_accepted: 3 },
  });
  const { world } = await import("../../lib/world.ts");
  expect(await world.objects.list("ingest/"), "no checkpoint is left").toEqual([]);
});
