/** equipoise keys : API keys, made and ended by whoever may write the bucket. */
import { type KeyRecord, standing } from "../../lib/access/record.ts";
import { AppError } from "../../lib/errors.ts";
import { createKey, listKeys, revokeKey } from "../../lib/jobs/keys.ts";
import { keyRequest } from "../../lib/schemas/keys.ts";
import { world } from "../../lib/world.ts";
import { badInput } from "../failure.ts";
import { type Command, checked, fields, text, textOf, type Values, word, yes } from "../flags.ts";
import { count, facts, note, print, table } from "../table.ts";

const MAKING = ["name", "scopes", "expires", "rate", "burst", "quota"];

const ACTIONS: Readonly<Record<string, (values: Values) => Promise<number>>> = {
  create,
  list,
  revoke,
};

export const command: Command = {
  flags: {
    action: word,
    id: word,
    ...Object.fromEntries(MAKING.map((name) => [name, text])),
    json: yes,
  },
  async run(values) {
    const action = textOf(values, "action") ?? "";
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (!run) throw badInput(`"${action}" is nothing to do with keys`, Object.keys(ACTIONS));
    const foreign = MAKING.filter((name) => action !== "create" && values[name] !== undefined);
    if (foreign.length > 0) throw badInput(`--${foreign[0]} belongs to keys create`);
    if (action !== "revoke" && values.id !== undefined)
      throw badInput(`"${values.id}" is not a flag of keys ${action}`);
    return run(values);
  },
};

async function create(values: Values): Promise<number> {
  const given = fields(values, MAKING);
  const scopes = textOf(values, "scopes")
    ?.split(",")
    .map((scope) => scope.trim());
  const wanted = checked(keyRequest, { ...given, ...(scopes && { scopes }) });
  if (wanted.expiresMs !== null && wanted.expiresMs <= world.nowMs())
    throw badInput(`--expires must lie in the future, was "${textOf(values, "expires")}"`);
  const { key, record } = await createKey(world, wanted);
  if (values.json) print(JSON.stringify({ key, ...told(record) }));
  else {
    print(key);
    note(`${described(record)}\n\nThe key is shown this once; only its hash is stored.`);
  }
  return 0;
}

async function list(values: Values): Promise<number> {
  const { keys, damaged } = await listKeys(world);
  if (values.json) print(JSON.stringify({ keys: keys.map(told), damaged }));
  else print(table(COLUMNS, keys));
  for (const object of damaged) note(`DAMAGED ${object}: no key has this record`);
  return damaged.length > 0 ? 1 : 0;
}

async function revoke(values: Values): Promise<number> {
  const id = textOf(values, "id");
  if (id === undefined) throw badInput("keys revoke needs the id of a key");
  // Whoever pastes the key itself means it well; it need not be repeated in a message.
  if (id.startsWith("eq_"))
    throw new AppError("BAD_REQUEST", "give the id of the key: its 8 letters after eq_");
  const { record, wasRevoked } = await revokeKey(world, id);
  const said = `${id} ${wasRevoked ? "was revoked" : "is revoked"} (${iso(record.revokedMs)})`;
  print(values.json ? JSON.stringify(told(record)) : said);
  return 0;
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** A record without its hash. */
const told = (record: KeyRecord) => ({
  id: record.id,
  name: record.name,
  scopes: record.scopes,
  standing: standing(record, world.nowMs()),
  created_at: iso(record.createdMs),
  expires_at: iso(record.expiresMs),
  revoked_at: iso(record.revokedMs),
  rate_per_second: record.limit.ratePerSecond,
  burst: record.limit.burst,
  quota_per_day: record.limit.quotaPerDay,
});

const day = (ms: number | null) => iso(ms)?.slice(0, 10) ?? "-";
const quota = ({ quotaPerDay }: KeyRecord["limit"]) =>
  quotaPerDay === null ? "none" : count(quotaPerDay);

const described = (record: KeyRecord) =>
  facts([
    ["id", record.id],
    ["name", record.name],
    ["scopes", record.scopes.join(", ")],
    ["expires", iso(record.expiresMs) ?? "never"],
    ["rate", `${record.limit.ratePerSecond} a second, ${record.limit.burst} at once`],
    ["quota", `${quota(record.limit)} a day`],
  ]);

const right = { align: "right" } as const;
const COLUMNS = [
  { title: "id", of: (row: KeyRecord) => row.id },
  { title: "name", of: (row: KeyRecord) => row.name },
  { title: "scopes", of: (row: KeyRecord) => row.scopes.join(",") },
  { title: "standing", of: (row: KeyRecord) => standing(row, world.nowMs()) },
  { title: "created", of: (row: KeyRecord) => day(row.createdMs) },
  { title: "expires", of: (row: KeyRecord) => day(row.expiresMs) },
  { title: "revoked", of: (row: KeyRecord) => day(row.revokedMs) },
  { title: "rate/s", ...right, of: (row: KeyRecord) => String(row.limit.ratePerSecond) },
  { title: "burst", ...right, of: (row: KeyRecord) => count(row.limit.burst) },
  { title: "quota/day", ...right, of: (row: KeyRecord) => quota(row.limit) },
];
