/** No key, token or certificate lies in the tree: what looks like one is named with its file and line. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsedKey } from "../lib/access/key.ts";

/** Not part of the tree: .gitignore names them too. */
const SKIPPED = new Set(
  readFileSync(".gitignore", "utf8")
    .split("\n")
    .map((line) => line.replace(/\/$/, ""))
    .concat(".git"),
);

function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile()) yield path;
  }
}

/** Forms that services give their secrets. */
const FORMS: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ["an AWS key id", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["an AWS secret", /aws_?secret_?access_?key["'\s:=]+[A-Za-z0-9/+]{40}\b/i],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b|:_auth[T]oken=\S/],
  ["a Slack token", /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ["a Google key", /\bAIza[0-9A-Za-z_-]{35}\b/],
  ["a service account", /"type":\s*"service_account"/],
  ["a Stripe key", /\b[rs]k_live_[0-9A-Za-z]{20,}/],
  ["a JSON web token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  [
    "a password in an address",
    /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`<>${}]+:[^\s/:@"'`<>${}]{3,}@[\w.-]+/i,
  ],
];
const OWN_KEY = /\beq_[a-z2-7]{8}_[a-z2-7]{36}\b/g;

/** Long runs of letters and digits; words with separators are cut at these. */
const RUN = /[A-Za-z0-9+/]{28,}/g;
const BITS_MIN = 4.1;

/** Bits a letter that the text itself takes: hex has 4 at most, words about 3.5, random base64 of 40 letters 4.8. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}

const isRandom = (run: string) =>
  // The secrets that AWS publishes to be none say so.
  !run.includes("EXAMPLE") &&
  entropyBits(run) >= BITS_MIN &&
  /\d/.test(run) &&
  /[a-z]/.test(run) &&
  /[A-Z]/.test(run) &&
  // Text in base64, as a record of a log stands in an event: twenty random bytes are hardly ever all letters.
  !/^[\x20-\x7e]+$/.test(Buffer.from(run, "base64").toString("latin1")) &&
  // Paths and names in camel case have long runs of small letters; random letters hardly do.
  !/[a-z]{7}/.test(run) &&
  !/^[A-Za-z]+(?:\/[A-Za-z0-9]{1,12})+$/.test(run);

/** The plain text that base64 stands for, as in samples of events; random bytes are none. */
function plainIn(run: string): string | undefined {
  const text = Buffer.from(run, "base64").toString("latin1");
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}

/** Secrets a text seems to hold. Hashes of packages in the lock file are no secrets. */
function found(text: string, name: string): string[] {
  if (text.includes("\0")) return [];
  return text.split("\n").flatMap((line, at) => {
    const where = `${name}:${at + 1}`;
    const forms = FORMS.filter(([, form]) => form.test(line)).map(([what]) => `${where} ${what}`);
    const own = [...line.matchAll(OWN_KEY)].filter(([key]) => parsedKey(key).kind === "key");
    const runs = [...line.replace(/\bsha(?:1|256|384|512)-[A-Za-z0-9+/]+=*/g, "").matchAll(RUN)];
    return [
      ...forms,
      ...own.map(() => `${where} an API key of this service`),
      ...runs.flatMap(([run]) => {
        const packed = plainIn(run);
        if (packed !== undefined) return found(packed, `${where} in base64`);
        return isRandom(run) ? [`${where} random: ${run.slice(0, 12)}...`] : [];
      }),
    ];
  });
}

/** A secret of some form for a test, put together here so that this file holds none. */
const sample = (...parts: string[]) => parts.join("");
const RANDOM = sample("q7Rk2mZx9", "Lw4TbVn8Yc", "JdH3sPfG6a", "XeU5oKiE1M");

describe("the tree", () => {
  it("holds no secret", () => {
    const all = [...files(".")];
    expect(all.length).toBeGreaterThan(300);
    expect(all.flatMap((path) => found(readFileSync(path, "utf8"), path))).toEqual([]);
  });

  it("leaves .env to whoever runs it", () => {
    expect(SKIPPED.has(".env")).toBe(true);
  });

  it("gives every secret setting no default but that of the local stage", () => {
    const given = readFileSync(".env.example", "utf8").matchAll(
      /^#?(\w*(?:KEY|TOKEN|SECRET)\w*)=(.*)$/gm,
    );
    const values = [...given].map(([, name, value]) => `${name}=${value}`);
    expect(values.length).toBeGreaterThan(2);
    expect(values.filter((line) => !line.endsWith("="))).toEqual([
      "UPSTASH_REDIS_REST_TOKEN=local",
    ]);
  });
});

describe("the search for secrets", () => {
  it.each([
    ["a private key", sample("-----BEGIN RSA ", "PRIVATE KEY-----")],
    ["an AWS key id", sample("AKIA", "IOSFODNN7EXAMPLE")],
    ["an AWS secret", sample("aws_secret_access_key = ", RANDOM, "a")],
    ["a GitHub token", sample("ghp_", RANDOM)],
    ["an npm token", sample("//registry.example.com/:_auth", "Token=abc")],
    ["a Slack token", sample("xoxb-", "1234567890-abc")],
    ["a Google key", sample("AIza", RANDOM.slice(0, 35))],
    ["a service account", sample('"type": "service', '_account"')],
    ["a JSON web token", sample("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.", RANDOM)],
    ["a password in an address", sample("redis://user:", "hunter2@", "host")],
    ["an API key of this service", sample("eq_yjykl6tu_bfp7kjvw", "avr2hh3ifdtdnaxaqmmhser4zayx")],
    ["random", `token: "${RANDOM}"`],
    ["in base64:1 random", `"data": "${Buffer.from(`{"token": "${RANDOM}"}`).toString("base64")}"`],
    [
      "in base64:1 an AWS key id",
      Buffer.from(sample("key=AKIA", "IOSFODNN7EXAMPLE and more")).toString("base64"),
    ],
  ])("finds %s", (what, line) => {
    const names = found(`first\n${line}\n`, "file");
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(/^file:2 /);
    expect(names.some((name) => name.startsWith(`file:2 ${what}`))).toBe(true);
  });

  it("finds most random keys, and takes hashes, names and digits for none", () => {
    let hits = 0;
    let state = 1;
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const letter = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return letters[Math.floor((state / 2_147_483_648) * 64)]!;
    };
    for (let i = 0; i < 500; i++) if (isRandom(Array.from({ length: 40 }, letter).join(""))) hits++;
    expect(hits).toBeGreaterThan(470);
    for (const plain of [
      "0123456789abcdef".repeat(4),
      "1234567890".repeat(5),
      "theLongestNameThatAnybodyWouldGiveToAFunction2",
      "lib/edge/access/limiter/test/functions/access",
      Buffer.from('{"symbol":"AAPL","price":190.5,"time":"2024-01-03"}').toString("base64"),
    ])
      expect(found(plain, "file"), plain).toEqual([]);
  });
});
