import { describe, expect, it } from "vitest";
import {
  demandDataset,
  demandPart,
  EMPTY,
  historySeq,
  manifestBytes,
  parseManifest,
  partKey,
  partSha256,
  versionOf,
} from "../../../lib/edge/images/manifest.ts";
import type { Manifest, PartEntry } from "../../../lib/ports.ts";

const entry = (digit: string): PartEntry => ({
  sha256: digit.repeat(64),
  bytes: 10,
  raw_bytes: 4096,
  rows: 3,
  from: 20240102,
  to: 20241231,
});
const MANIFEST: Manifest = {
  format: 1,
  seq: 3,
  nonce: "n3",
  parent_nonce: "n2",
  written_at: "2024-12-31T22:00:00.000Z",
  writer: "test",
  note: "ingest",
  built_from: { market: "0123456789abcdef" },
  parts: { "caps/2024": entry("a"), "bars/2024": entry("b") },
  recent_jobs: ["j1", "j2"],
};
const parsed = (value: unknown) => parseManifest(Buffer.from(JSON.stringify(value)), "key");

describe("parseManifest", () => {
  it("reads what was written", () => {
    expect(parseManifest(manifestBytes(MANIFEST), "key")).toEqual(MANIFEST);
    const { built_from: _, ...plain } = MANIFEST;
    expect(parsed({ ...plain, parent_nonce: null })).toEqual({ ...plain, parent_nonce: null });
  });

  it.each([
    ["it is not JSON", "{"],
    ["it must be an object", "[]"],
    ["format must be 1, was 2", { ...MANIFEST, format: 2 }],
    ["seq must be a positive integer", { ...MANIFEST, seq: 0 }],
    ["seq must be a positive integer", { ...MANIFEST, seq: 1.5 }],
    ["nonce must be a text", { ...MANIFEST, nonce: "" }],
    ["parent_nonce must be text or null", { ...MANIFEST, parent_nonce: 1 }],
    ["written_at must be a text", { ...MANIFEST, written_at: 1 }],
    ["writer must be a text", { ...MANIFEST, writer: undefined }],
    ["note must be a text", { ...MANIFEST, note: null }],
    ["built_from must hold texts", { ...MANIFEST, built_from: { market: 1 } }],
    ["recent_jobs must be a list of texts", { ...MANIFEST, recent_jobs: [1] }],
    ["parts must be an object", { ...MANIFEST, parts: [] }],
    ['part "x" must be an object', { ...MANIFEST, parts: { x: null } }],
    ['"../x" cannot name a part', { ...MANIFEST, parts: { "../x": entry("a") } }],
    [
      'sha256 of "x" must be 64 hex',
      { ...MANIFEST, parts: { x: { ...entry("a"), sha256: "../x" } } },
    ],
    ['bytes of "x" must be a count', { ...MANIFEST, parts: { x: { ...entry("a"), bytes: -1 } } }],
    [
      'raw_bytes of "x" must be a count',
      { ...MANIFEST, parts: { x: { ...entry("a"), raw_bytes: "1" } } },
    ],
    ['rows of "x" must be a count', { ...MANIFEST, parts: { x: { ...entry("a"), rows: null } } }],
    [
      'from of "x" must be YYYYMMDD',
      { ...MANIFEST, parts: { x: { ...entry("a"), from: "2024" } } },
    ],
    ['to of "x" must be YYYYMMDD', { ...MANIFEST, parts: { x: { ...entry("a"), to: 0.5 } } }],
  ])("refuses: %s", (problem, value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => parseManifest(Buffer.from(text), "key")).toThrow(
      expect.objectContaining({ code: "IMAGE_REFUSED", message: expect.stringContaining(problem) }),
    );
  });
});

describe("versionOf", () => {
  it("depends on names and contents of the parts asked for, in any order, and on nothing else", () => {
    const other = { ...MANIFEST, seq: 9, nonce: "n9", note: "rollback to 3" };
    expect(versionOf(MANIFEST)).toMatch(/^[0-9a-f]{16}$/);
    expect(versionOf(other)).toBe(versionOf(MANIFEST));
    expect(versionOf(MANIFEST, ["bars/2024", "caps/2024", "bars/2024"])).toBe(versionOf(MANIFEST));
    expect(versionOf(MANIFEST, ["caps/2024"])).not.toBe(versionOf(MANIFEST));
    const swapped = { ...MANIFEST, parts: { "caps/2024": entry("b"), "bars/2024": entry("a") } };
    expect(versionOf(swapped)).not.toBe(versionOf(MANIFEST));
  });

  it("changes when a part it was asked for appears", () => {
    const grown = { ...MANIFEST, parts: { ...MANIFEST.parts, "caps/2025": entry("c") } };
    expect(versionOf(MANIFEST, ["caps/2025"])).not.toBe(versionOf(grown, ["caps/2025"]));
    expect(versionOf(MANIFEST, ["caps/2024"])).toBe(versionOf(grown, ["caps/2024"]));
    expect(versionOf(EMPTY)).toMatch(/^[0-9a-f]{16}$/);
  });

  it("is the hash a user can compute", () => {
    // printf 'bars/2024 bbb...b\ncaps/2024 aaa...a' | sha256sum | cut -c1-16
    expect(versionOf(MANIFEST)).toBe("7ad348eb3b7b7de6");
  });
});

describe("names", () => {
  it.each(["../market", "Market", "", "a/b", "_x"])("dataset %o is unknown", (dataset) => {
    expect(() => demandDataset(dataset)).toThrow(
      expect.objectContaining({ code: "UNKNOWN_DATASET" }),
    );
  });
  it("parts are folders and words", () => {
    expect(() => demandPart("caps/2024-01")).not.toThrow();
    expect(() => demandPart("/caps")).toThrow('was "/caps"');
  });
  it("keys are told apart by what they hold", () => {
    expect(historySeq("market", "images/market/history/12.json")).toBe(12);
    expect(historySeq("market", "images/market/manifest.json")).toBeUndefined();
    expect(historySeq("market", "images/other/history/12.json")).toBeUndefined();
    expect(partSha256("market", partKey("market", "a".repeat(64)))).toBe("a".repeat(64));
    expect(partSha256("market", "images/market/collecting.json")).toBeUndefined();
  });
});
