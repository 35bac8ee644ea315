import { describe, expect, it } from "vitest";
import {
  CHECKPOINT_DAYS,
  checkpointKey,
  collectCheckpoints,
} from "../../lib/jobs/ingest-checkpoint.ts";
import { homes, source } from "./home.ts";

const newHome = homes();
const MS_PER_DAY = 86_400_000;
const MINUTE_MS = 60_000;

describe("checkpointKey", () => {
  const files = { ...source({ files: [] }), files: ["a.csv", "b.csv"], print: "print" };

  it("tells jobs apart by their files and by what is taken of them", () => {
    expect(checkpointKey(files, 20240102, undefined, "strict")).toBe(
      "ingest/memory-print-20240102-any-strict.json",
    );
  });

  it("names none where there is no boundary between files", () => {
    expect(checkpointKey({ ...files, files: ["a.csv"] })).toBeUndefined();
    expect(checkpointKey(source({ files: [] }))).toBeUndefined();
  });
});

describe("collectCheckpoints", () => {
  it("removes what no job went on from for a week, and nothing else", async () => {
    const { objects } = await newHome();
    const body = Buffer.from("{}");
    await objects.put("ingest/csv-old-any-any-lenient.json", body);
    await objects.put("ingest/notes.txt", body);
    await objects.put("images/market/manifest.json", body);
    const [{ modifiedMs } = { modifiedMs: 0 }] = await objects.list("ingest/csv-old");
    const ageMs = CHECKPOINT_DAYS * MS_PER_DAY;
    expect(await collectCheckpoints(objects, modifiedMs + ageMs), "a week to the day").toBe(0);
    expect(await collectCheckpoints(objects, modifiedMs + ageMs + MINUTE_MS)).toBe(1);
    expect((await objects.list("")).map(({ key }) => key)).toEqual([
      "images/market/manifest.json",
      "ingest/notes.txt",
    ]);
  });
});
