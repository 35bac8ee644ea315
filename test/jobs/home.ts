/**
 * Homes for the tests of jobs: objects in memory, an image store over them, markets brought as rows. The way to a real
 * store is tested in test/edge, and jobs on that way by the functions and commands that run them: two thirds of the time
 * of these tests would be the signing of requests.
 */
import { randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import { memoryObjects } from "../../bench/stores.ts";
import { type ImageStore, imageStore } from "../../lib/edge/images.ts";
import { zstd } from "../../lib/edge/zstd.ts";
import { DEFAULT_PARAMETERS, type DefinitionParameters } from "../../lib/index/definition.ts";
import { type BuildOutcome, build } from "../../lib/jobs/build.ts";
import { type IngestOptions, type IngestSummary, ingest } from "../../lib/jobs/ingest.ts";
import type {
  Cache,
  CachedAnswer,
  CorporateAction,
  MarketSource,
  Objects,
  Packing,
  SecurityRecord,
  TickerChange,
} from "../../lib/ports.ts";
import { batch, grid, type Row } from "../index/market-fixture.ts";

/** A file of rows, as {@link grid} or ready. */
export type RowFile = Readonly<{ name: string; rows: string | readonly Row[] }>;

export type SourceSpec = Readonly<{
  files: readonly RowFile[];
  securities?: readonly SecurityRecord[];
  actions?: readonly CorporateAction[];
  changes?: readonly TickerChange[];
  kind?: "simulated" | "real";
  name?: string;
  isPointInTime?: boolean;
}>;

/** A source that has its rows in memory. */
export function source(spec: SourceSpec): MarketSource {
  const { securities = [], actions = [], changes = [] } = spec;
  return {
    name: spec.name ?? "memory",
    kind: spec.kind ?? "real",
    isPointInTime: spec.isPointInTime ?? true,
    facts: async () => ({ securities, actions, changes, captures: [], rejected: [] }),
    rows: async function* () {
      for (const { name, rows } of spec.files) {
        yield batch(name, typeof rows === "string" ? grid(rows) : rows);
      }
    },
    totalUnits: 0,
    doneUnits: () => 0,
  };
}

export type BuildRequest = Readonly<{ start: number; end: number; id?: string; jobId?: string }>;

export type Home = Readonly<{
  objects: Objects;
  packing: Packing;
  images: ImageStore;
  /**
   * A store over the same bucket, as another process has it; with a lease where writers take turns, and one that
   * believes a manifest for a while where that matters.
   */
  another: (lease?: Cache["lease"], revalidateMs?: number) => ImageStore;
  ingest: (
    spec: SourceSpec,
    options?: Partial<Omit<IngestOptions, "source">>,
  ) => Promise<IngestSummary>;
  build: (
    request: BuildRequest,
    rules?: Partial<DefinitionParameters>,
    images?: ImageStore,
  ) => Promise<BuildOutcome>;
  /** The version of a dataset: equal for equal bytes. */
  version: (dataset: "market" | "index") => Promise<string>;
}>;

/** Makes homes for the tests of one file. */
export function homes(): () => Promise<Home> {
  const stores: ImageStore[] = [];
  afterAll(() => {
    for (const store of stores) store.close();
  });
  return async () => {
    const objects = memoryObjects();
    const another = (lease?: Cache["lease"], revalidateMs = 0) => {
      const store = imageStore({
        objects,
        writer: "test",
        nowMs: Date.now,
        random: Math.random,
        uuid: randomUUID,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 100))),
        revalidateMs,
        maxAttempts: 40,
        lease,
      });
      stores.push(store);
      return store;
    };
    const images = another();
    return {
      objects,
      packing: zstd,
      images,
      another,
      ingest: (spec, options = {}) =>
        ingest(
          { images, nowMs: Date.now },
          { source: source(spec), minDays: 1, isStrict: false, jobId: randomUUID(), ...options },
        ),
      build: ({ start, end, id = "tiny", jobId = randomUUID() }, rules = {}, from = images) =>
        build(
          { images: from },
          {
            definition: { id, parameters: { ...DEFAULT_PARAMETERS, size: 3, ...rules } },
            start,
            end,
            jobId,
          },
        ),
      version: async (dataset) => {
        const snapshot = await images.snapshot(dataset, { revalidate: true });
        snapshot.release();
        return snapshot.version();
      },
    };
  };
}

/** The body of an answer, as the endpoint sends it. */
export async function bodyOf<T>(pending: Promise<CachedAnswer>): Promise<T> {
  const answer = await pending;
  try {
    return JSON.parse(await answer.compute()) as T;
  } finally {
    answer.release();
  }
}
