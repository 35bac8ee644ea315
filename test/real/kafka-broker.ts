/** A real Kafka of one broker on free loopback ports, from its published jars, where Java and Maven are at hand. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";
import { freePorts } from "../../bench/load/ports.ts";

const VERSION = "4.1.1";
const TRIES = 3;
const INSTALL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 60_000;
const HEAP = "-Xmx256m";
/** Starts in half the time, and stays small. */
const JVM = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
/** Between runs; Maven is asked once. */
const CACHE = join(tmpdir(), `equipoise-kafka-${VERSION}`);

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>broker</groupId>
  <artifactId>broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** The folder of the broker's jars, or why there is none. */
export type KafkaJars = Readonly<{ folder: string } | { missing: string }>;

function install(): string | undefined {
  const work = mkdtempSync(join(tmpdir(), "equipoise-kafka-install-"));
  try {
    writeFileSync(join(work, "pom.xml"), POM);
    const goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"];
    const { status, stdout, error } = spawnSync(
      "mvn",
      ["-q", "-B", ...goal, `-DoutputDirectory=${join(work, "jars")}`],
      { cwd: work, timeout: INSTALL_TIMEOUT_MS, encoding: "utf8" },
    );
    if (status !== 0) return error?.message ?? stdout.trim().split("\n").at(-1);
    // Whole or not at all: somebody else may install at the same time.
    if (!existsSync(CACHE)) renameSync(join(work, "jars"), CACHE);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export function kafkaJars(): KafkaJars {
  if (spawnSync("java", ["-version"]).status !== 0) return { missing: "java is not installed" };
  if (existsSync(CACHE)) return { folder: CACHE };
  if (spawnSync("mvn", ["-version"]).status !== 0) return { missing: "mvn is not installed" };
  let reason: string | undefined;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    reason = install();
    if (reason === undefined) return { folder: CACHE };
  }
  return { missing: `Maven did not bring kafka_2.13 ${VERSION} in ${TRIES} tries: ${reason}` };
}

type Ports = Readonly<Record<"port" | "controller" | "hidden" | "proxy", number>>;

/** One process is broker and controller. A killed one is let in again after a second instead of nine. */
const properties = ({ port, controller, hidden, proxy }: Ports, data: string) => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},PROXIED://127.0.0.1:${hidden},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},PROXIED://127.0.0.1:${proxy}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
broker.session.timeout.ms=1000
broker.heartbeat.interval.ms=250
log.dirs=${data}
num.partitions=3
log.retention.check.interval.ms=500
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
`;

/**
 * Runs a command that dies with this process, however that ends: a shell kills it when its standard input closes.
 * The shell's first line is the command's process id.
 */
const GUARD = '"$@" >"$OUTPUT" 2>&1 & echo $!; cat >/dev/null; kill -KILL $! 2>/dev/null';

export type KafkaBroker = Readonly<{
  /** "127.0.0.1:port" */
  address: string;
  version: string;
  /** Where a proxy may stand that the broker names to its clients as itself: it listens on one port and asks the other. */
  proxied: Readonly<{ listen: number; ask: number }>;
  /** SIGKILL, as power that goes; the data stays. */
  kill: () => Promise<void>;
  /** Starts a killed one on the same port and data. @returns ms until it answered */
  restart: () => Promise<number>;
  /** Kills it and removes its data. */
  stop: () => Promise<void>;
}>;

export async function startKafka({ folder }: { folder: string }): Promise<KafkaBroker> {
  const home = mkdtempSync(join(tmpdir(), "equipoise-kafka-broker-"));
  const [port = 0, controller = 0, hidden = 0, proxy = 0] = await freePorts(4);
  const ports: Ports = { port, controller, hidden, proxy };
  const settings = join(home, "server.properties");
  const address = `127.0.0.1:${port}`;
  const java = [HEAP, ...JVM, `-Dkafka.logs.dir=${home}`, "-cp", join(folder, "*")];
  let shell: ChildProcess | undefined;

  function format(): void {
    mkdirSync(join(home, "data"));
    writeFileSync(settings, properties(ports, join(home, "data")));
    const cluster = randomBytes(16).toString("base64url");
    // In one word: an id may begin with a hyphen.
    const id = `--cluster-id=${cluster}`;
    const tool = ["kafka.tools.StorageTool", "format", id, "-c", settings];
    const { status, stderr } = spawnSync("java", [...java, ...tool], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the storage could not be formatted: ${stderr}`);
  }

  async function start(): Promise<number> {
    const startedMs = performance.now();
    const command = ["java", ...java, "kafka.Kafka", settings];
    shell = spawn("sh", ["-c", GUARD, "sh", ...command], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, OUTPUT: join(home, "output.txt") },
    });
    await untilAnswers(address);
    return performance.now() - startedMs;
  }

  async function kill(): Promise<void> {
    if (!shell || shell.exitCode !== null) return;
    const ended = once(shell, "exit");
    shell.stdin?.end();
    await ended;
  }

  async function stop(): Promise<void> {
    await kill();
    rmSync(home, { recursive: true, force: true });
  }

  try {
    format();
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  const proxied = { listen: proxy, ask: hidden };
  return { address, version: VERSION, proxied, kill, restart: start, stop };
}

async function untilAnswers(address: string): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const admin = new Admin({ clientId: "test", bootstrapBrokers: [address], retries: 0 });
    try {
      const { brokers } = await admin.metadata({ topics: [] });
      if (brokers.size > 0) return;
    } catch (error) {
      if (performance.now() > deadlineMs)
        throw new Error(`no Kafka at ${address} within ${START_TIMEOUT_MS} ms`, { cause: error });
    } finally {
      await admin.close();
    }
    await sleep(50);
  }
}

/** Makes a topic. `settings` are the topic's own: "retention.bytes". */
export async function makeTopic(
  broker: KafkaBroker,
  topic: string,
  partitions: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = new Admin({
    clientId: "test",
    bootstrapBrokers: [broker.address],
    retries: 100,
    retryDelay: 100,
  });
  const configs = Object.entries(settings).map(([name, value]) => ({ name, value }));
  try {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs });
  } finally {
    await admin.close();
  }
}
