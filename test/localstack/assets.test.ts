import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const LOADER = fileURLToPath(new URL("../../localstack/assets.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "assets-"));
afterAll(() => rmSync(folder, { recursive: true }));

const WASM = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0xff]);
writeFileSync(join(folder, "query.sql"), "-- `one`: :two\nselect '\\';\n");
writeFileSync(join(folder, "code.wasm"), WASM);

/** What a program prints when Node runs it with the loader. */
function printed(name: string, program: string): unknown {
  const path = join(folder, name);
  writeFileSync(path, program);
  const options = { env: { ...process.env, NODE_OPTIONS: `--import ${LOADER}` } };
  const { stdout, stderr } = spawnSync(process.execPath, [path], { ...options, encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const SAID = {
  sql: "-- `one`: :two\nselect '\\';\n",
  isBuffer: true,
  bytes: [...WASM],
};
const SAY =
  "console.log(JSON.stringify({ sql, isBuffer: Buffer.isBuffer(wasm), bytes: [...wasm] }));";

describe("assets loader", () => {
  it("gives .sql as text and .wasm as bytes to import", () => {
    const imports = 'import sql from "./query.sql"; import wasm from "./code.wasm";';
    expect(printed("module.mjs", `${imports}\n${SAY}`)).toEqual(SAID);
  });

  it("gives them to TypeScript that Node runs as it is", () => {
    const imports = 'import sql from "./query.sql"; import wasm from "./code.wasm";';
    const typed = `${imports}\nconst size: number = wasm.length; if (size !== 9) throw size;\n${SAY}`;
    expect(printed("typed.mts", typed)).toEqual(SAID);
  });

  it("gives them to require, as default exports", () => {
    const required =
      'const sql = require("./query.sql").default; const wasm = require("./code.wasm").default;';
    expect(printed("common.cjs", `${required}\n${SAY}`)).toEqual(SAID);
  });

  it("gives as text what is imported as text, whatever it is", () => {
    const script = 'throw new Error("this was run");\n';
    writeFileSync(join(folder, "script.js"), script);
    const program = 'import text from "./script.js" with { type: "text" };';
    expect(printed("text.mjs", `${program}\nconsole.log(JSON.stringify(text));`)).toBe(script);
  });
});
