// No simulated company may be mistaken for a real one.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { allBrands } from "../../../lib/sources/simulate/names.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const data = `${shared}/data/equities_nasdaq_screener`;

if (!existsSync(data)) {
  console.warn(`skipped: "${data}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("shares no name and no ticker with a real listing", () => {});
} else {
  it("shares no name and no ticker with a real listing", () => {
    const lines = ["profile_asof_2023-12-29", "full_universe_2023Q4"].flatMap((name) =>
      gunzipSync(readFileSync(`${data}/${name}.csv.gz`))
        .toString("latin1")
        .split("\n"),
    );
    const words = new Set(
      lines.flatMap((line) => line.match(/[A-Za-z]+/g) ?? []).map((w) => w.toUpperCase()),
    );
    const { short, long } = allBrands();
    const known = [...short, ...long].filter(
      ({ name, ticker }) => words.has(name.toUpperCase()) || words.has(ticker),
    );
    expect(words.size).toBeGreaterThan(7_000);
    expect(known).toEqual([]);
  });
}
