// The parts of load and soak that need no service: their arithmetic, and a server that answers as told.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { drive, percentile } from "../../bench/load/driver.ts";
import { growthOf } from "../../bench/load/soak.ts";

let close = () => {};
afterEach(() => close());

async function serverThat(answer: (path: string) => number): Promise<string> {
  const server = createServer(({ url = "" }, response) => {
    const status = answer(url);
    if (status === 0) response.destroy();
    else response.writeHead(status).end(status === 304 ? undefined : "12345");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the driver", () => {
  it("asks for its time with as many connections as told, and counts bodies and failures", async () => {
    const asked: string[] = [];
    const url = await serverThat((path) => {
      asked.push(path);
      return [200, 304, 500][Number(path.slice(1)) % 3]!;
    });
    const shot = (n: number) => ({ path: `/${n}` });
    const found = await drive({ url, shot, connections: 3, seconds: 0.2, warmups: 4 });
    expect(asked.slice(0, 4)).toEqual(["/0", "/1", "/2", "/3"]);
    expect(found.requests).toBe(asked.length - 4);
    expect(found.p50Ms).toBeLessThanOrEqual(found.p99Ms);
    const failures = [...found.failures].reduce((sum, [, count]) => sum + count, 0);
    expect(Math.abs(failures - found.requests / 3)).toBeLessThanOrEqual(3);
    expect([...found.failures.keys()]).toContain("500 /5");
    expect(found.bytes).toBeGreaterThan(0);
  });

  it("asks again when an idle connection was closed, and fails when a new one is", async () => {
    let asked = 0;
    const url = await serverThat((path) => (path === "/never" || asked++ === 1 ? 0 : 200));
    const load = { url, connections: 1, seconds: 0.05, warmups: 1 };
    const found = await drive({ ...load, shot: () => ({ path: "/" }) });
    expect([found.failures.size, asked]).toEqual([0, found.requests + 2]);
    const never = await drive({ ...load, shot: () => ({ path: "/never" }) });
    expect([...never.failures.keys()]).toEqual(["socket hang up"]);
  });

  it("keeps to a rate", async () => {
    const url = await serverThat(() => 200);
    const load = { url, shot: () => ({ path: "/" }), connections: 4, seconds: 0.5, rate: 40 };
    const { requests } = await drive(load);
    expect(requests).toBeGreaterThan(10);
    expect(requests).toBeLessThanOrEqual(25);
  });

  it.each(["http://example.com:80", "https://127.0.0.1:443", "http://127.0.0.1.example.com:80"])(
    "sends nothing to %s",
    async (url) => {
      const load = { url, shot: () => ({ path: "/" }), connections: 1, seconds: 1 };
      await expect(drive(load)).rejects.toThrow("this machine only");
    },
  );

  it("takes percentiles from sorted values", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 51, 100, 100]);
    expect(percentile([], 0.5)).toBe(0);
  });
});

describe("memory", () => {
  const samples = (rssMb: (i: number) => number) =>
    Array.from({ length: 30 }, (_, i) => ({ minute: i / 10, rssMb: rssMb(i) }));

  it("is flat when only the first third grows", () => {
    const found = growthOf(samples((i) => Math.min(i, 10) * 20));
    expect(found).toMatchObject({ secondMb: 200, lastMb: 200, isFlat: true });
    expect(Math.abs(found.slope)).toBeLessThan(1e-9);
  });

  it("is not flat when it goes on growing, and the slope says how fast", () => {
    const found = growthOf(samples((i) => 100 + 2 * i));
    expect(found.isFlat).toBe(false);
    expect(found.slope).toBeCloseTo(20, 9);
  });

  it("cannot be judged by two samples", () => {
    expect(() => growthOf(samples(() => 1).slice(0, 2))).toThrow("cannot be divided");
  });
});
