// The dataset of portfolios among the others: checked, taken back, tidied, and never a reason to distrust an index.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { datasets, datasetVersions, rollback } from "../../../lib/jobs/market-status.ts";
import {
  addPortfolio,
  onePortfolio,
  removePortfolio,
  replacePortfolio,
} from "../../../lib/jobs/risk/portfolios.ts";
import { verify } from "../../../lib/jobs/verify.ts";
import { newPortfolioRequest } from "../../../lib/schemas/risk.ts";
import { bodyOf } from "../home.ts";
import { pricesOf, riskHomes, stock, wave } from "./risk-home.ts";

const newHome = riskHomes();
const PRICES = { A: pricesOf(wave(30, 1)), B: pricesOf(wave(30, 2)) };

const content = (...positions: object[]) => {
  const { id: _, ...rest } = newPortfolioRequest.parse({ positions });
  return rest;
};

async function loaded() {
  const home = await newHome();
  await home.load(PRICES);
  const id = await home.add({ id: "p", positions: [stock("A", 1)] });
  const world = { images: home.images, nowMs: Date.now };
  return { home, id, world };
}

describe("the dataset of portfolios", () => {
  it("is listed with its rows, and keeps what it held", async () => {
    const { home, id, world } = await loaded();
    await replacePortfolio(
      world,
      { id, ...content(stock("A", 1), stock("B", 2)) },
      { requestId: "2" },
    );
    const { datasets: all } = await datasets(home.images, { revalidate: true });
    expect(all.find(({ name }) => name === "risk")).toMatchObject({ seq: 2, parts: 1, rows: 3 });
    const { versions } = await datasetVersions(home.images, "risk");
    expect(versions.map(({ note }) => note)).toEqual(["write a portfolio", "write a portfolio"]);
  });

  it("goes back to what it was", async () => {
    const { home, id, world } = await loaded();
    await removePortfolio(world, { id }, { requestId: "gone" });
    await expect(onePortfolio(home.images, { id }, {})).rejects.toMatchObject({
      code: "UNKNOWN_PORTFOLIO",
    });
    await rollback(home.images, "risk", 1, "back");
    const body = await bodyOf<{ positions: object[] }>(onePortfolio(home.images, { id }, {}));
    expect(body.positions).toEqual([stock("A", 1)]);
  });

  it("is checked, and its damage keeps no index from being checked", async () => {
    const { home } = await loaded();
    const good = await verify(home.images, home, randomUUID());
    expect(good.parts).toContainEqual({ name: "risk/portfolios", ok: true });
    for (const { key } of await home.objects.list("images/risk/")) {
      if (key.endsWith(".zst")) await home.objects.put(key, Buffer.from("x"));
    }
    const found = await verify(home.another(), home, randomUUID());
    expect(found.ok).toBe(false);
    expect(found.parts.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      "risk/portfolios",
    ]);
  });

  it("changes nothing when a writing is delivered twice, or says what stands already", async () => {
    const { home, world } = await loaded();
    const request = { id: "q", ...content(stock("B", 3)) };
    const first = await addPortfolio(world, request, { requestId: "same" });
    const version = (await datasets(home.images, { revalidate: true })).datasets.at(-1)!.seq;
    const again = await addPortfolio(world, request, { requestId: "same" });
    const later = await addPortfolio(world, request, { requestId: "another" });
    expect([first.outcome, again.outcome, later.outcome]).toEqual([
      "created",
      "existing",
      "existing",
    ]);
    expect(later.body).toEqual(first.body);
    const { datasets: all } = await datasets(home.images, { revalidate: true });
    expect(all.at(-1)!.seq).toBe(version);
  });

  it("takes the writings of many at once, each of them", async () => {
    const { home, world } = await loaded();
    const ids = Array.from({ length: 8 }, (_, i) => `many-${i}`);
    await Promise.all(
      ids.map((id) => {
        const images = home.another();
        return addPortfolio(
          { ...world, images },
          { id, ...content(stock("A", 1)) },
          { requestId: id },
        );
      }),
    );
    for (const id of ids) {
      const body = await bodyOf<{ id: string }>(onePortfolio(home.another(), { id }, {}));
      expect(body.id).toBe(id);
    }
  });

  it("ends at two hundred portfolios of one owner", async () => {
    const { home, world } = await loaded();
    for (let i = 0; i < 199; i++) await home.add({ id: `p${i}`, positions: [stock("A", 1)] });
    const more = addPortfolio(world, { id: "more", ...content(stock("A", 1)) }, { requestId: "m" });
    await expect(more).rejects.toMatchObject({
      code: "TOO_MANY_PORTFOLIOS",
      details: { limit: 200 },
    });
  });
});
