/** What the system endpoints answer. */
import * as z from "zod";
import { count, instant, isoDay, named, ordinal, version } from "./common.ts";

const dataset = z.enum(["market", "index", "bars", "orders", "risk"]);
const note = z.string().describe('What the commit did: "ingest simulate", "build top100-ew".');

export const datasetsAnswer = named(
  "DatasetsAnswer",
  z.strictObject({
    datasets: z.array(
      z.strictObject({
        name: dataset,
        seq: count.describe("Commits so far; 0 when nobody has written it yet."),
        version,
        written_at: instant.nullable(),
        note: note.nullable(),
        parts: count.describe("SQLite files."),
        rows: count,
        bytes: count.describe("Compressed, as stored."),
        raw_bytes: count.describe("Uncompressed."),
      }),
    ),
  }),
);

export const versionsAnswer = named(
  "VersionsAnswer",
  z.strictObject({
    name: dataset,
    versions: z
      .array(
        z.strictObject({
          seq: ordinal,
          written_at: instant,
          writer: z.string(),
          note,
          built_from: z
            .record(z.string(), z.string())
            .nullable()
            .describe("Versions of the datasets this one was derived from."),
          parts: count,
        }),
      )
      .describe("Those that can still be gone back to, newest first."),
  }),
);

export const rollbackAnswer = named(
  "RollbackAnswer",
  z.strictObject({
    name: dataset.exclude(["bars", "orders"]),
    outcome: z
      .enum(["committed", "unchanged", "repeated"])
      .describe("`unchanged`: the current version has these parts already."),
    rolled_back_to: ordinal,
    seq: ordinal.describe("Sequence number that stands now."),
  }),
);

const part = z.strictObject({
  status: z.enum(["up", "down"]),
  latency_ms: z.number().min(0),
  detail: z.string().optional(),
});

export const healthAnswer = named(
  "HealthAnswer",
  z.strictObject({
    status: z
      .enum(["ok", "degraded", "down"])
      .describe("`degraded`: the cache is down, everything still answers."),
    parts: z.strictObject({ store: part, cache: part, market: part }),
    as_of: isoDay.nullable().describe("The last session the market holds."),
  }),
);

/** The document itself, as far as it can be said in itself. */
export const documentAnswer = named(
  "OpenApiDocument",
  z.looseObject({
    openapi: z.string().regex(/^3\.1\.\d+$/),
    info: z.looseObject({ title: z.string(), version: z.string() }),
    paths: z.record(z.string(), z.looseObject({})),
    components: z.looseObject({}),
  }),
);
