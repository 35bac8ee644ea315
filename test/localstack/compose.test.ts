import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SETTINGS } from "../../lib/config.ts";
import { readYaml, type YamlMap } from "./compose-file.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const text = (name: string) => readFileSync(path(name), "utf8");

const compose = readYaml(text("docker-compose.yml"));
const services = compose.services as Record<string, YamlMap>;
const names = Object.keys(services);
const of = (name: string) => services[name]!;

describe("docker-compose.yml", () => {
  it("has the service, a feed, both S3s, Redis and its REST front, Kafka, Prometheus and Grafana", () => {
    const service = ["equipoise", "equipoise-floci", "floci", "localstack", "redis", "redis-rest"];
    expect(names.sort()).toEqual([...service, "feed", "grafana", "kafka", "prometheus"].sort());
  });

  it.each(names)("pins the image of %s, or builds it here", (name) => {
    const image = String(of(name).image);
    if (of(name).build === ".") expect(image).toBe("equipoise:local");
    else expect(image).toMatch(/^[\w-]+\/[\w-]+:v?\d+\.\d+/);
  });

  it("stays with the last LocalStack that needs no account", () => {
    expect(of("localstack").image).toBe("localstack/localstack:4.14.0");
  });

  it.each(names)("checks the health of %s with a limit in time", (name) => {
    const check = of(name).healthcheck as YamlMap;
    expect(check.test).toEqual(expect.arrayContaining([expect.stringMatching(/^CMD/)]));
    expect(check).toMatchObject({
      interval: expect.stringMatching(/^\d+s$/),
      timeout: expect.stringMatching(/^\d+s$/),
      retries: expect.stringMatching(/^\d+$/),
    });
  });

  it.each(names)("starts %s after what it needs is healthy", (name) => {
    for (const [needed, how] of Object.entries((of(name).depends_on ?? {}) as YamlMap)) {
      expect(names).toContain(needed);
      expect(how, needed).toEqual({ condition: "service_healthy" });
    }
  });

  it("lets each variant of the service need its own S3, and Redis over REST", () => {
    const needs = (name: string) => Object.keys(of(name).depends_on as YamlMap);
    expect(needs("equipoise")).toEqual(["localstack", "redis-rest"]);
    expect(needs("equipoise-floci")).toEqual(["floci", "redis-rest"]);
    const inProfile = (profile: string) =>
      names.filter((name) => String(of(name).profiles ?? "") === profile).sort();
    expect(inProfile("floci")).toEqual(["equipoise-floci", "floci"]);
    expect(inProfile("monitoring")).toEqual(["grafana", "prometheus"]);
    expect(inProfile("kafka")).toEqual(["kafka"]);
    expect(inProfile("feed")).toEqual(["feed"]);
    expect(inProfile("")).toHaveLength(names.length - 6);
  });

  it("names Kafka to clients by an address each of them reaches, and keeps its data", () => {
    const { environment, ports, volumes } = of("kafka") as Record<string, YamlMap>;
    expect(environment?.KAFKA_PROCESS_ROLES).toBe("broker,controller");
    expect(String(environment?.KAFKA_ADVERTISED_LISTENERS)).toMatch(
      /^INSIDE:\/\/kafka:19092,OUTSIDE:\/\/localhost:\$\{KAFKA_PORT:-9092\}$/,
    );
    expect(String(ports)).toMatch(/^127\.0\.0\.1:\$\{KAFKA_PORT:-9092\}:9092$/);
    expect(String(volumes)).toBe(`kafka:${environment?.KAFKA_LOG_DIRS}`);
  });

  it("shows Grafana on port 3300 and gives Prometheus its key as a file", () => {
    expect(String(of("grafana").ports)).toMatch(/^127\.0\.0\.1:\$\{GRAFANA_PORT:-3300\}:3000$/);
    expect(of("prometheus").secrets).toEqual(["metrics-key"]);
    const { file } = (compose.secrets as Record<string, YamlMap>)["metrics-key"]!;
    const [, fallback = ""] = /^\$\{METRICS_KEY_FILE:-(.+)\}$/.exec(String(file)) ?? [];
    expect(existsSync(path(fallback)), "without a key of one's own").toBe(true);
  });

  it("points the service at the others by their names", () => {
    for (const [name, s3] of [
      ["equipoise", "localstack"],
      ["equipoise-floci", "floci"],
    ] as const) {
      expect(of(name).environment).toMatchObject({
        AWS_ENDPOINT_URL_S3: `http://${s3}:4566`,
        UPSTASH_REDIS_REST_URL: "http://redis-rest",
        UPSTASH_REDIS_REST_TOKEN: (of("redis-rest").environment as YamlMap).SRH_TOKEN,
      });
    }
  });

  it.each(["equipoise", "feed"])("sets nothing of %s that is no setting", (name) => {
    const set = Object.keys(of(name).environment as YamlMap);
    expect(set.filter((name) => !SETTINGS.includes(name as never))).toEqual([]);
  });

  it("names the streams alike for the service and for what makes them", () => {
    const streamsOf = (name: string) => {
      const { TICKS_STREAM, ENRICHED_STREAM, ORDERS_STREAM } = of(name).environment as YamlMap;
      return [TICKS_STREAM, ENRICHED_STREAM, ORDERS_STREAM];
    };
    const wanted = [
      "TICKS_STREAM:-ticks",
      "ENRICHED_STREAM:-enriched",
      "ORDERS_STREAM:-orders",
    ].map((v) => `\${${v}}`);
    for (const name of ["equipoise", "equipoise-floci", "localstack", "floci"])
      expect(streamsOf(name), name).toEqual(wanted);
    expect((of("localstack").environment as YamlMap).SERVICES).toBe("s3,kinesis");
  });

  it("opens ports on this machine only", () => {
    const ports = names.flatMap((name) => (of(name).ports ?? []) as string[]);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  it("mounts volumes it declares and folders that exist", () => {
    const mounts = names.flatMap((name) => (of(name).volumes ?? []) as string[]);
    const missing = mounts
      .map((mount) => mount.split(":")[0]!)
      .filter((from) =>
        from.startsWith("./") ? !existsSync(path(from)) : !(from in (compose.volumes as YamlMap)),
      );
    expect(missing).toEqual([]);
  });
});

describe("bucket script", () => {
  const script = path("localstack/init/ready.d/01-bucket.sh");

  it("may be executed and is valid sh", () => {
    expect(statSync(script).mode & 0o111).toBe(0o111);
    expect(spawnSync("sh", ["-n", script]).status).toBe(0);
  });

  it("gives a lifecycle that is JSON and lets exports expire", () => {
    const [, rules = ""] = /--lifecycle-configuration '([^']*)'/.exec(
      readFileSync(script, "utf8"),
    )!;
    expect(JSON.parse(rules)).toMatchObject({
      Rules: [{ Status: "Enabled", Filter: { Prefix: "exports/" }, Expiration: { Days: 2 } }],
    });
  });
});

describe("streams script", () => {
  const script = path("localstack/init/ready.d/00-streams.sh");

  it("may be executed and is valid sh", () => {
    expect(statSync(script).mode & 0o111).toBe(0o111);
    expect(spawnSync("sh", ["-n", script]).status).toBe(0);
  });

  /** Runs it with an `awslocal` that has only the stream "old", and gives back what it was asked. */
  function run(environment: Record<string, string>, createStatus: number) {
    const folder = mkdtempSync(join(tmpdir(), "awslocal-"));
    const body = `#!/bin/sh
echo "$*" >> "${folder}/asked"
case "$*" in
  *describe-stream-summary*old*) exit 0 ;;
  *describe-stream-summary*) exit 255 ;;
esac
exit ${createStatus}`;
    writeFileSync(join(folder, "awslocal"), body, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}`, ...environment };
    const { status } = spawnSync("sh", [script], { env });
    const asked = readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
    rmSync(folder, { recursive: true });
    return { status, asked };
  }

  it("makes the streams that are not there, under the names it is given", () => {
    expect(run({ TICKS_STREAM: "old" }, 0)).toEqual({
      status: 0,
      asked: [
        "kinesis describe-stream-summary --stream-name old",
        "kinesis describe-stream-summary --stream-name enriched",
        "kinesis create-stream --stream-name enriched --shard-count 1",
        "kinesis describe-stream-summary --stream-name orders",
        "kinesis create-stream --stream-name orders --shard-count 1",
      ],
    });
  });

  it("leaves the rest of the start alone where there is no Kinesis", () => {
    expect(run({}, 1).status).toBe(0);
  });
});

describe("Dockerfile", () => {
  const instructions = text("Dockerfile")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => /^[A-Z]+ /.test(line));

  it("builds on Node 24, installs from the lock file and runs as a user who is not root", () => {
    expect(instructions[0]).toBe("FROM node:24-slim");
    expect(instructions).toContain("COPY package.json package-lock.json ./");
    expect(instructions.join("\n")).toContain("RUN npm ci");
    expect(instructions.indexOf("USER node")).toBeGreaterThan(0);
    expect(instructions.at(-1)).toBe('CMD ["npm", "start", "--", "--host", "0.0.0.0"]');
  });

  it("asks the same address for its health as docker-compose.yml", () => {
    const line = instructions.find((instruction) => instruction.startsWith("HEALTHCHECK")) ?? "";
    const command = JSON.parse(/CMD (\[.*\])$/.exec(line)?.[1] ?? "[]") as string[];
    expect(["CMD", ...command]).toEqual((of("equipoise").healthcheck as YamlMap).test);
    expect(existsSync(path(command[1]!))).toBe(true);
  });

  it("copies no secrets, no repository and no modules built for another machine", () => {
    const ignored = text(".dockerignore").split("\n");
    expect(ignored).toEqual(
      expect.arrayContaining([".env", ".env.*", ".git", "**/node_modules", ".equipoise"]),
    );
  });
});

describe("health check of the container", () => {
  /** The exit code; the process runs beside us, because it may have to ask us. */
  const run = async (url: string) => {
    const child = spawn(process.execPath, [path("localstack/healthcheck.mjs"), url]);
    return (await once(child, "exit"))[0];
  };

  it("fails where nobody answers", async () => {
    expect(await run("http://127.0.0.1:1")).toBe(1);
  });

  it.each([
    [200, 0],
    [503, 1],
  ])("ends on status %i with exit code %i", async (status, code) => {
    const server = createServer((_, response) => {
      response.writeHead(status).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await run(`http://127.0.0.1:${port}`)).toBe(code);
    server.close();
  });
});
