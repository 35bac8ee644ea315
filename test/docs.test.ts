/** Documents and code agree: routes, error codes, settings and links. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { SETTINGS } from "../lib/config.ts";
import { STATUS } from "../lib/edge/problem.ts";
import { ROUTES as DESCRIBED } from "../lib/schemas/routes.ts";
import { filesUnder } from "./files.ts";
import { wiredFunctions } from "./serverless.ts";

const read = (file: string) => readFileSync(file, "utf8");
const ROUTES = DESCRIBED.map(({ route }) => route);
const wired = wiredFunctions();
const functions = filesUnder("functions", ".ts");

describe("routes", () => {
  it("are the same in serverless.yml and in lib/schemas/routes.ts", () => {
    expect(wired.flatMap(({ routes }) => routes).filter((route) => route !== "$default")).toEqual(
      ROUTES,
    );
  });

  it("have one function file each, and no file is left over", () => {
    expect(functions).toEqual(wired.map(({ file }) => file).sort());
  });

  it.each(wired)(
    "$name answers what the first line of $file says",
    ({ file, routes, schedules, sockets }) => {
      const [said = ""] = (read(file).split("\n")[0] ?? "").split(" : ");
      const named = said.match(/(?:GET|POST|PUT|DELETE) \/[^\s,?*]*|\$\w+/g) ?? [];
      expect(named).toEqual([...routes, ...sockets]);
      expect(said.includes("schedule")).toBe(schedules.length > 0);
      expect(said.includes("websocket")).toBe(sockets.length > 0);
    },
  );

  it("stand in docs/api.md", () => {
    const api = read("docs/api.md");
    expect(ROUTES.filter((route) => !api.includes(route))).toEqual([]);
  });
});

describe("live connections", () => {
  it("have every action in docs/api.md, as it is sent", () => {
    const actions = [...read("functions/live/message.ts").matchAll(/^ {2}(\w+): action\(/gm)];
    expect(actions.length).toBeGreaterThan(0);
    const api = read("docs/api.md");
    for (const [, name] of actions) expect(api).toContain(`{"action": "${name}"`);
  });
});

describe("error codes", () => {
  it("have one row each in docs/api.md, with their status, and no row is left over", () => {
    const rows = [...read("docs/api.md").matchAll(/^\| *`([A-Z_]+)` *\| *(\d{3}) *\|/gm)];
    expect(rows.map(([, code, status]) => [code, Number(status)]).sort()).toEqual(
      Object.entries(STATUS).sort(),
    );
  });
});

describe("settings", () => {
  it("stand in .env.example, and nothing else does", () => {
    const named = [...read(".env.example").matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(
      ([, name]) => name,
    );
    expect(named.toSorted()).toEqual(SETTINGS.toSorted());
  });

  it("stand in docs/operations.md", () => {
    const operations = read("docs/operations.md");
    expect(SETTINGS.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("the table of OWASP's risks", () => {
  const rows = [...read("docs/operations.md").matchAll(/^\| (API\d+) [^|]*\|[^|]*\|([^|]*)\|$/gm)];

  it("has all ten, each with tests that exist", () => {
    expect(rows.map(([, risk]) => risk)).toEqual(
      Array.from({ length: 10 }, (_, i) => `API${i + 1}`),
    );
    for (const [, risk, tests = ""] of rows) {
      const named = [...tests.matchAll(/`(test\/[^`]+)`/g)].map(([, file = ""]) => file);
      expect(named.length, risk).toBeGreaterThan(0);
      expect(
        named.filter((file) => !existsSync(file)),
        risk,
      ).toEqual([]);
    }
  });
});

describe("links", () => {
  const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...filesUnder("docs", ".md")];

  it.each(documents.filter((file) => existsSync(file)))("of %s lead somewhere", (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
      ([, to = ""]) => to,
    );
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : join(dirname(file), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("has a README", () => {
    expect(existsSync("README.md")).toBe(true);
  });
});

/** Anchors as GitHub makes them from headings. */
const anchorsOf = (file: string) =>
  [...read(file).matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
