/** equipoise build : POST /build-index. */
import { buildIndex } from "../../lib/jobs/build-index.ts";
import { buildRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";
import { badInput } from "../failure.ts";
import {
  type Command,
  checked,
  fieldOf,
  fields,
  text,
  textOf,
  type Values,
  yes,
} from "../flags.ts";
import { count, facts, fixed, percent, print, seconds, warnings } from "../table.ts";

const NUMBERS = ["size", "base-value", "max-stale-days", "notional-per-constituent"];
const LISTS = ["countries", "security-types"];
const RULES = ["id", ...NUMBERS, "rebalance", "return-type", "one-per-issuer", ...LISTS];
const NAMES = ["start-date", "end-date", "index", ...RULES];

export const command: Command = {
  flags: { ...Object.fromEntries(NAMES.map((name) => [name, text])), json: yes },
  async run(values) {
    const given = { ...fields(values, ["start-date", "end-date"]), ...chosen(values) };
    const built = await buildIndex(world, checked(buildRequest, given), world.newId());
    print(values.json ? JSON.stringify(built) : builtText(built));
  },
};

/** The index by id, or by the rules the flags spell. */
function chosen(values: Values): { index?: unknown } {
  const rules = RULES.filter((name) => values[name] !== undefined);
  if (values.index !== undefined && rules.length > 0) {
    throw badInput(`--index names an index that exists, --${rules[0]} makes one; give one of them`);
  }
  if (rules.length === 0) return fields(values, ["index"]);
  const universe = rules.filter((name) => LISTS.includes(name));
  const index = Object.fromEntries(
    rules
      .filter((name) => !LISTS.includes(name))
      .map((name) => [fieldOf(name), parsed(name, textOf(values, name)!)]),
  );
  if (universe.length > 0) {
    index.universe = Object.fromEntries(
      universe.map((name) => [fieldOf(name), textOf(values, name)!.split(",")]),
    );
  }
  return { index };
}

/** Flags are text; the rules of an index hold numbers and truth values. What is neither stays for the schema to refuse. */
function parsed(name: string, given: string): unknown {
  if (NUMBERS.includes(name)) return /^-?\d+(\.\d+)?(e\d+)?$/i.test(given) ? Number(given) : given;
  if (name === "one-per-issuer" && ["true", "false"].includes(given)) return given === "true";
  return given;
}

export const builtText = (built: Awaited<ReturnType<typeof buildIndex>>): string =>
  facts([
    ["index", built.index],
    [
      "range",
      `${built.start_date} to ${built.end_date}, ${count(built.trading_days)} trading days`,
    ],
    ["constituents", count(built.constituents)],
    ["changes", `${count(built.changes)} days, ${count(built.entries)} entries`],
    ["level", `${fixed(built.final_level, 4)} (${percent(built.cumulative_return)})`],
    ["version", built.version],
    ["took", `${seconds(built.build_ms)}, ${count(built.days_built)} days worked out`],
  ]) + warnings(built.meta);
