// Several processes over one Redis: what one scrape of any of them says.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Meter, meter } from "../../../lib/edge/metrics/meter.ts";
import { ownOrShared } from "../../../lib/edge/metrics/scrape.ts";
import { metricSharing } from "../../../lib/edge/metrics/sharing.ts";
import { type RedisConnection, redisConnection } from "../../../lib/edge/redis-connection.ts";
import { type RedisServer, startRedis } from "../../../localstack/embedded/redis/server.ts";

let server: RedisServer;
beforeEach(async () => {
  server = await startRedis({ port: 0, token: "local" });
});
afterEach(() => server.close());

/** One process; its clock stands until it is moved. */
function sandbox(url = server.url) {
  const clock = { nowMs: 0 };
  const figures = meter();
  const redis = redisConnection({ url, token: "local", deadlineMs: 5000 });
  const asked = { count: 0 };
  const connection: RedisConnection = {
    ...redis,
    ask: (call) => {
      asked.count++;
      return redis.ask(call);
    },
  };
  const sharing = metricSharing({
    meter: figures,
    connection: () => connection,
    nowMs: () => clock.nowMs,
  });
  const scrape = () => ownOrShared(figures, sharing);
  return { figures, sharing, scrape, clock, asked };
}

const committed = (figures: Meter, by = 1) =>
  figures.add("qf_commits_total", { dataset: "index" }, by);
const COMMITS = /^qf_commits_total\{dataset="index"\} (\d+)$/m;
const commitsIn = (text: string) => Number(COMMITS.exec(text)?.[1]);

describe("figures of several processes", () => {
  it("add up, and hold what the answering process has not shared yet", async () => {
    const [one, other, idle] = [sandbox(), sandbox(), sandbox()];
    committed(one.figures, 3);
    committed(other.figures, 4);
    await Promise.all([one.sharing.share(), other.sharing.share()]);
    committed(one.figures, 10);
    expect(commitsIn(await one.scrape())).toBe(17);
    expect(commitsIn(await idle.scrape()), "of others what they have shared").toBe(7);
    expect(await idle.scrape()).toContain("\nqf_metrics_shared 1\n");
  });

  it("add up histograms bucket by bucket", async () => {
    const [one, other] = [sandbox(), sandbox()];
    one.figures.observe("qf_index_build_seconds", {}, 0.2);
    other.figures.observe("qf_index_build_seconds", {}, 0.07);
    await one.sharing.share();
    const text = await other.scrape();
    expect(text).toContain('qf_index_build_seconds_bucket{le="0.1"} 1\n');
    expect(text).toContain('qf_index_build_seconds_bucket{le="0.25"} 2\n');
    expect(text).toContain("qf_index_build_seconds_sum 0.27\n");
    expect(text).toContain("qf_index_build_seconds_count 2\n");
  });

  it("lose nothing and count nothing twice, however sharing and scraping interleave", async () => {
    const { figures, sharing, scrape } = sandbox();
    const work = Array.from({ length: 40 }, async (_, at) => {
      committed(figures);
      await (at % 3 === 0 ? sharing.share() : scrape());
    });
    await Promise.all(work);
    expect(commitsIn(await scrape())).toBe(40);
    expect(commitsIn(await sandbox().scrape())).toBeLessThanOrEqual(40);
  });

  it("understand the buckets of another build, and pass over what they do not know", async () => {
    const { scrape } = sandbox();
    const { redis } = redisConnection({ url: server.url, token: "local" });
    await redis.hset("metrics:1", {
      "qf_index_build_seconds\tle=0.3": "2",
      "qf_index_build_seconds\tle=900": "1",
      "qf_index_build_seconds\tsum": "1500000",
      qf_of_tomorrow_total: "5",
      "qf_commits_total\tindex\tmore": "6",
      "qf_commits_total\tindex": "not a number",
    });
    const text = await scrape();
    expect(text).toContain('qf_index_build_seconds_bucket{le="0.25"} 0\n');
    expect(text).toContain('qf_index_build_seconds_bucket{le="0.5"} 2\n');
    expect(text).toContain("qf_index_build_seconds_count 3\n");
    expect(text).not.toMatch(/tomorrow|\tmore|not a number/);
  });
});

describe("sharing", () => {
  it("happens at most once a second, in one round trip, and not without news", async () => {
    const { figures, sharing, clock, asked } = sandbox();
    committed(figures);
    figures.observe("qf_index_build_seconds", {}, 1);
    await sharing.shareWhenDue();
    expect(asked.count).toBe(1);
    committed(figures);
    clock.nowMs = 999;
    expect(sharing.shareWhenDue()).toBeUndefined();
    clock.nowMs = 1_000;
    await sharing.shareWhenDue();
    expect(asked.count).toBe(2);
    clock.nowMs = 2_000;
    await sharing.shareWhenDue();
    expect(asked.count, "nothing had moved").toBe(2);
  });

  it("is made up for when Redis comes back", async () => {
    const away = sandbox("http://127.0.0.1:9");
    committed(away.figures, 5);
    await away.sharing.share();
    const text = await away.scrape();
    expect(commitsIn(text), "its own figures are there all the same").toBe(5);
    expect(text).toContain("\nqf_metrics_shared 0\n");
    const [series] = away.figures.series();
    expect(series?.shared, "still to be added").toEqual([0]);
  });

  it("does nothing where no Redis is set", async () => {
    const figures = meter();
    committed(figures);
    const alone = metricSharing({ meter: figures, connection: () => undefined, nowMs: () => 0 });
    await alone.share();
    expect(await ownOrShared(figures, alone)).toMatch(COMMITS);
  });
});
