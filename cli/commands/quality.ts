/** equipoise quality : GET /api/v1/quality, or every repaired figure and refused row of a range as csv. */
import { csv } from "../../lib/edge/csv.ts";
import { type JudgedRow, judgedRows, qualityAnswer } from "../../lib/jobs/quality.ts";
import { judgedRequest, qualityRequest } from "../../lib/schemas/quality.ts";
import { world } from "../../lib/world.ts";
import { answered, FRESH } from "../answer.ts";
import { badInput } from "../failure.ts";
import { type Command, checked, fields, text, type Values, yes } from "../flags.ts";
import { count, print, table } from "../table.ts";

type Counts = Readonly<Record<string, number>>;
type Day = Readonly<{
  date: string;
  repaired: number;
  quarantined: number;
  findings: number;
  failed: number;
}>;
type Repair = Readonly<{
  ticker: string;
  field: string;
  delivered: number | null;
  used: number | null;
  rule: string;
  detail: string;
}>;
type Refused = Readonly<{ ticker: string | null; reason: string; detail: string }>;
type Split = Readonly<{ ticker: string; ratio: number; detail: string }>;
type Finding = Readonly<{
  date: string;
  exchange: string | null;
  reason: string;
  detail: string;
  failed: boolean;
}>;
type Body = Readonly<{
  date: string | null;
  gate: "on" | "off" | null;
  totals: Readonly<{ rows: number; repaired: Counts; quarantined: Counts; findings: Counts }>;
  days?: readonly Day[];
  repairs?: readonly Repair[];
  quarantined?: readonly Refused[];
  detected_splits?: readonly Split[];
  findings: readonly Finding[];
}>;

const RANGE = ["start-date", "end-date"];

export const command: Command = {
  flags: {
    date: text,
    ...Object.fromEntries(RANGE.map((name) => [name, text])),
    csv: yes,
    json: yes,
  },
  async run(values) {
    rejectMixed(values);
    if (values.csv) {
      print(await listed(values));
      return;
    }
    const request = checked(qualityRequest, fields(values, ["date"]));
    const json = await answered(qualityAnswer(world.images, request, FRESH));
    print(values.json ? json : bodyText(JSON.parse(json)));
  },
};

/** A list has a range and no other form than csv: three years have thousands of rows. */
function rejectMixed(values: Values): void {
  const range = RANGE.find((name) => values[name] !== undefined);
  if (values.csv && values.json) throw badInput("--csv and --json exclude each other");
  if (range && !values.csv) throw badInput(`--${range} is of the list that --csv prints`);
  if (range && values.date !== undefined)
    throw badInput(`--date and --${range} exclude each other`);
}

const COLUMNS = [
  "date",
  "ticker",
  "outcome",
  "reason",
  "field",
  "delivered",
  "used",
  "detail",
  "file",
  "line",
] as const satisfies readonly (keyof JudgedRow)[];

async function listed(values: Values): Promise<string> {
  const { date } = checked(qualityRequest, fields(values, ["date"]));
  const range =
    date === undefined ? checked(judgedRequest, fields(values, RANGE)) : { start: date, end: date };
  const rows = await judgedRows(world.images, range, FRESH);
  // Tools that read lines want them to end as lines do here.
  return rows.length === 0 ? COLUMNS.join(",") : csv(rows).replaceAll("\r\n", "\n").trimEnd();
}

const right = { align: "right" } as const;
const DAY = [
  { title: "date", of: (row: Day) => row.date },
  { title: "repaired", ...right, of: (row: Day) => count(row.repaired) },
  { title: "quarantined", ...right, of: (row: Day) => count(row.quarantined) },
  { title: "findings", ...right, of: (row: Day) => count(row.findings) },
  { title: "not taken", ...right, of: (row: Day) => (row.failed > 0 ? "yes" : "") },
];
const figure = (value: number | null) => (value === null ? "-" : String(value));
const REPAIR = [
  { title: "ticker", of: (row: Repair) => row.ticker },
  { title: "field", of: (row: Repair) => row.field },
  { title: "delivered", ...right, of: (row: Repair) => figure(row.delivered) },
  { title: "used", ...right, of: (row: Repair) => figure(row.used) },
  { title: "rule", of: (row: Repair) => row.rule },
  { title: "why", of: (row: Repair) => row.detail },
];
const REFUSED = [
  { title: "ticker", of: (row: Refused) => row.ticker ?? "" },
  { title: "reason", of: (row: Refused) => row.reason },
  { title: "why", of: (row: Refused) => row.detail },
];
const SPLIT = [
  { title: "ticker", of: (row: Split) => row.ticker },
  { title: "new per old", ...right, of: (row: Split) => String(row.ratio) },
  { title: "why", of: (row: Split) => row.detail },
];
const FINDING = [
  { title: "date", of: (row: Finding) => row.date },
  { title: "exchange", of: (row: Finding) => row.exchange ?? "all" },
  { title: "finding", of: (row: Finding) => row.reason },
  { title: "not taken", of: (row: Finding) => (row.failed ? "yes" : "") },
  { title: "why", of: (row: Finding) => row.detail },
];

function bodyText({ date, gate, totals, findings, ...lists }: Body): string {
  const counted = (counts: Counts) =>
    Object.entries(counts)
      .map(([reason, rows]) => `${count(rows)} ${reason}`)
      .join(", ") || "none";
  const listed = <Row>(
    title: string,
    columns: Parameters<typeof table<Row>>[0],
    rows: readonly Row[] = [],
  ) => (rows.length > 0 ? ["", title, table(columns, rows)] : []);
  return [
    `${date ?? "all sessions"}: ${count(totals.rows)} rows stand, gate ${gate ?? "unknown"}`,
    `repaired     ${counted(totals.repaired)}`,
    `quarantined  ${counted(totals.quarantined)}`,
    `findings     ${counted(totals.findings)}`,
    ...listed("by day", DAY, lists.days),
    ...listed("repaired", REPAIR, lists.repairs),
    ...listed("quarantined", REFUSED, lists.quarantined),
    ...listed("splits told by the net change", SPLIT, lists.detected_splits),
    ...listed("findings", FINDING, findings),
  ].join("\n");
}
