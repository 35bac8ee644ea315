import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadEnvironmentFile, readConfig, SETTINGS } from "../lib/config.ts";
import { NO_PRECEDENCE, parsePrecedence } from "../lib/market/precedence.ts";

describe("readConfig", () => {
  it("needs nothing: the default is the simulated market on the embedded parts", () => {
    expect(readConfig({})).toMatchObject({
      STAGE: "local",
      SOURCE: "simulate",
      PORT: 3000,
      AWS_ENDPOINT_URL_S3: "http://127.0.0.1:4566",
      UPSTASH_REDIS_REST_URL: "http://127.0.0.1:8079",
      UPSTASH_REDIS_REST_TOKEN: "local",
    });
  });

  it("follows the ports that are given, and lets an address win over a port", () => {
    const given = { S3_PORT: "5000", REDIS_PORT: "5001", UPSTASH_REDIS_REST_URL: "http://r:1" };
    expect(readConfig(given)).toMatchObject({
      AWS_ENDPOINT_URL_S3: "http://127.0.0.1:5000",
      UPSTASH_REDIS_REST_URL: "http://r:1",
    });
  });

  it("looks for Kinesis at the address of S3, unless it is told another", () => {
    const kinesis = (given: Record<string, string>) => readConfig(given).AWS_ENDPOINT_URL_KINESIS;
    expect(kinesis({})).toBe("http://127.0.0.1:4566");
    expect(kinesis({ AWS_ENDPOINT_URL_S3: "http://s:1" })).toBe("http://s:1");
    expect(kinesis({ AWS_ENDPOINT_URL_KINESIS: "http://k:1" })).toBe("http://k:1");
  });

  it("takes Kinesis for the event log and refuses what is no name of a stream", () => {
    const { EVENT_LOG, TICKS_STREAM, ENRICHED_STREAM, ORDERS_STREAM } = readConfig({});
    expect(EVENT_LOG).toBe("kinesis");
    expect([TICKS_STREAM, ENRICHED_STREAM, ORDERS_STREAM]).toEqual(["ticks", "enriched", "orders"]);
    expect(() => readConfig({ TICKS_STREAM: "a b", EVENT_LOG: "tape" })).toThrow(
      /EVENT_LOG must be kinesis or kafka, was "tape"\n {2}TICKS_STREAM must be a stream name/,
    );
  });

  it("has cents and whole shares for order books, and refuses what is no decimal above 0", () => {
    const { ORDER_TICK_SIZE, ORDER_LOT_SIZE } = readConfig({});
    expect([ORDER_TICK_SIZE, ORDER_LOT_SIZE]).toEqual(["0.01", "1"]);
    expect(readConfig({ ORDER_LOT_SIZE: "0.001" }).ORDER_LOT_SIZE).toBe("0.001");
    for (const text of ["0", "0.00", "-1", "1e-2", ".5", "1."])
      expect(() => readConfig({ ORDER_TICK_SIZE: text }), text).toThrow(
        "ORDER_TICK_SIZE must be a plain decimal above 0, such as 0.01",
      );
  });

  it("invents no endpoint on AWS", () => {
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_KINESIS, UPSTASH_REDIS_REST_URL } = readConfig({
      STAGE: "production",
    });
    expect([AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_KINESIS, UPSTASH_REDIS_REST_URL]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("takes an empty value for an absent one", () => {
    expect(readConfig({ PORT: "", SOURCE: "" })).toMatchObject({ PORT: 3000, SOURCE: "simulate" });
  });

  it("names every bad setting with its value and what would be right, and shows no secret", () => {
    const bad = {
      PORT: "80000",
      MIN_DAYS: "many",
      SOURCE: "telex",
      AWS_ENDPOINT_URL_S3: "localhost",
      LOG_LEVEL: "loud",
    };
    expect(() => readConfig(bad)).toThrow(
      [
        "5 bad setting(s):",
        '  PORT must be from 0 to 65535, was "80000"',
        '  AWS_ENDPOINT_URL_S3 must be an http:// or https:// address, was "localhost"',
        '  SOURCE must be simulate, csv, nasdaq-screener, yahoo, polygon, alpha-vantage, nasdaq-api or none, was "telex"',
        '  MIN_DAYS must be a whole number from 1 to 10000, was "many"',
        '  LOG_LEVEL must be debug, info, warn, error or silent, was "loud"',
      ].join("\n"),
    );
  });

  it("reads ranks of sources, and ranks nobody without them", () => {
    expect(readConfig({}).SOURCE_PRECEDENCE).toEqual(NO_PRECEDENCE);
    const text = "polygon,csv;market_cap:sec-edgar";
    expect(readConfig({ SOURCE_PRECEDENCE: text }).SOURCE_PRECEDENCE).toEqual(
      parsePrecedence(text),
    );
    expect(() => readConfig({ SOURCE_PRECEDENCE: "csv;cap:yahoo", PORT: "-1" })).toThrow(
      [
        "2 bad setting(s):",
        '  PORT must be from 0 to 65535, was "-1"',
        '  SOURCE_PRECEDENCE must rank sources: the precedence lists the field "cap"; known are close, volume, market_cap, was "csv;cap:yahoo"',
      ].join("\n"),
    );
  });

  it("reads the addresses of Kafka's brokers, and knows the local one", () => {
    const brokers = (given: Record<string, string>) => readConfig(given).KAFKA_BROKERS;
    expect(brokers({})).toEqual(["127.0.0.1:9092"]);
    expect(brokers({ STAGE: "prod" })).toBeUndefined();
    expect(brokers({ KAFKA_BROKERS: "b-1.example:9098,b-2.example:9098" })).toEqual([
      "b-1.example:9098",
      "b-2.example:9098",
    ]);
    expect(() => readConfig({ KAFKA_BROKERS: "localhost", KAFKA_TOPIC_TICKS: "a b" })).toThrow(
      [
        "2 bad setting(s):",
        '  KAFKA_BROKERS must be host:port, or several separated by commas, was "localhost"',
        '  KAFKA_TOPIC_TICKS must be a topic of Kafka, 1 to 249 of a-z, A-Z, 0-9, ., _ and -, was "a b"',
      ].join("\n"),
    );
  });

  it("cannot be changed and has every setting, given or not", () => {
    const settings = readConfig({});
    expect(Object.isFrozen(settings)).toBe(true);
    expect(SETTINGS).toContain("S3_PUBLIC_URL");
  });
});

it("asks callers for keys on every stage but the local one, unless it is told otherwise", () => {
  const access = (given: Record<string, string>) => readConfig(given).ACCESS;
  expect(access({})).toBe("open");
  expect(access({ STAGE: "prod" })).toBe("keys");
  expect(access({ STAGE: "locals" })).toBe("keys");
  expect(access({ ACCESS: "keys" })).toBe("keys");
  expect(access({ STAGE: "prod", ACCESS: "open" })).toBe("open");
  expect(() => readConfig({ STAGE: "prod", ACCESS: "none" })).toThrow(
    "ACCESS must be open or keys",
  );
});

describe("an address that alerts go to", () => {
  const read = (url: string) => readConfig({ SLACK_WEBHOOK_URL: url, ALERT_WEBHOOK_URL: url });

  it.each([
    // Of the form Slack's have; a guard that refuses it disables every real one.
    `https://hooks.slack.com/services/${"T0EXAMPLE"}/${"B0EXAMPLE"}/${"EXAMPLE".repeat(3)}`,
    "https://alerts.example.com:8443/in?team=1",
    "http://localhost:9000/hook",
    "http://127.0.0.1:9000",
    "http://[::1]:9000/",
  ])("may be %s", (url) => {
    expect(read(url)).toMatchObject({ SLACK_WEBHOOK_URL: url, ALERT_WEBHOOK_URL: url });
  });

  it.each([
    "http://hooks.slack.com/services/T0/B0/x",
    "http://127.0.0.1.example.com/",
    `https://${"user:pass"}@example.com/`,
    "ftp://example.com/",
    "hooks.slack.com/services/T0",
  ])("may not be %s, and is not shown", (url) => {
    const told = () => read(url);
    expect(told).toThrow("SLACK_WEBHOOK_URL must be an https:// address without user");
    expect(told).toThrow("was hidden");
    expect(told).not.toThrow(url);
  });

  it("is signed for with a secret that is long enough, which is not shown", () => {
    const short = () => readConfig({ ALERT_WEBHOOK_SECRET: "short-one" });
    expect(short).toThrow("ALERT_WEBHOOK_SECRET must have at least 16 letters, was hidden");
  });

  it("is told of high anomalies unless critical ones alone are wanted", () => {
    expect(readConfig({}).ALERT_MIN_SEVERITY).toBe("high");
    expect(() => readConfig({ ALERT_MIN_SEVERITY: "low" })).toThrow("must be high or critical");
  });
});

it("signs no link for longer than a quarter of an hour", () => {
  expect(readConfig({}).EXPORT_LINK_SECONDS).toBe(900);
  expect(() => readConfig({ EXPORT_LINK_SECONDS: "901" })).toThrow("EXPORT_LINK_SECONDS");
});

it("reads a .env file without overriding what is set already", () => {
  const folder = mkdtempSync(join(tmpdir(), "env-"));
  const path = join(folder, ".env");
  process.env.EQUIPOISE_TEST_SET = "before";
  try {
    writeFileSync(path, "EQUIPOISE_TEST_SET=file\nEQUIPOISE_TEST_NEW=file\n");
    loadEnvironmentFile(path);
    loadEnvironmentFile(join(folder, "absent"));
    const { EQUIPOISE_TEST_SET, EQUIPOISE_TEST_NEW } = process.env;
    expect([EQUIPOISE_TEST_SET, EQUIPOISE_TEST_NEW]).toEqual(["before", "file"]);
  } finally {
    delete process.env.EQUIPOISE_TEST_SET;
    delete process.env.EQUIPOISE_TEST_NEW;
    rmSync(folder, { recursive: true });
  }
});
