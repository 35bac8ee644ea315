import { expect, it } from "vitest";
import { EMPTY, versionOf } from "../../../lib/edge/images/manifest.ts";
import { snapshotOf } from "../../../lib/edge/images/snapshot.ts";
import type { Manifest } from "../../../lib/ports.ts";

const entry = (letter: string) => ({
  sha256: letter.repeat(64),
  bytes: 1,
  raw_bytes: 1,
  rows: 1,
  from: null,
  to: null,
});

const manifestOf = (parts: Manifest["parts"]): Manifest => ({ ...EMPTY, seq: 1, parts });

/** Versions come from the manifest alone. */
const versionIn = (manifest: Manifest, parts?: readonly string[]) =>
  snapshotOf("d", manifest, undefined as never, undefined as never).version(parts);

it("says the version of each set of parts, however often and by however many it is asked", () => {
  const manifest = manifestOf({ a: entry("a"), b: entry("b"), all: entry("c") });
  const asked = [
    undefined,
    [],
    ["a"],
    ["a", "b"],
    ["b", "a"],
    ["all"],
    ["a", "b", "all"],
    ["gone"],
  ];
  for (const _ of [1, 2])
    for (const parts of asked)
      expect(versionIn(manifest, parts), String(parts)).toBe(versionOf(manifest, parts));
  expect(new Set(asked.map((parts) => versionIn(manifest, parts))).size).toBe(6);
});

it("says another version of another manifest, and of more sets than it remembers", () => {
  const names = Array.from({ length: 300 }, (_, at) => `p${at}`);
  for (const letter of ["a", "b"]) {
    const manifest = manifestOf(Object.fromEntries(names.map((name) => [name, entry(letter)])));
    for (const name of [...names, ...names])
      expect(versionIn(manifest, [name])).toBe(versionOf(manifest, [name]));
  }
});
