/** equipoise universe : GET /api/v1/universe. */
import { universe } from "../../lib/jobs/universe.ts";
import { universeRequest } from "../../lib/schemas/universe.ts";
import { world } from "../../lib/world.ts";
import { answered, FRESH } from "../answer.ts";
import { type Command, checked, fields, text, yes } from "../flags.ts";
import { count, print, table, warnings } from "../table.ts";

const NAMES = ["date", "ticker", "limit", "cursor"];

type Member = Readonly<{
  ticker: string;
  security: string;
  from: string | null;
  to: string | null;
  ending: string;
  first_priced: string | null;
  last_priced: string | null;
}>;
type Body = Readonly<{
  date: string;
  total: number;
  members: readonly Member[];
  next: string | null;
  meta: Parameters<typeof warnings>[0];
}>;

export const command: Command = {
  flags: { ...Object.fromEntries(NAMES.map((name) => [name, text])), json: yes },
  async run(values) {
    const request = checked(universeRequest, fields(values, NAMES));
    const json = await answered(universe(world.images, request, FRESH));
    print(values.json ? json : bodyText(JSON.parse(json)));
  },
};

const MEMBER = [
  { title: "ticker", of: (row: Member) => row.ticker },
  { title: "security", of: (row: Member) => row.security },
  { title: "from", of: (row: Member) => row.from ?? "-" },
  { title: "to", of: (row: Member) => row.to ?? "" },
  { title: "ending", of: (row: Member) => row.ending },
  { title: "first priced", of: (row: Member) => row.first_priced ?? "-" },
  { title: "last priced", of: (row: Member) => row.last_priced ?? "-" },
];

function bodyText({ date, total, members, next, meta }: Body): string {
  const shown = members.length < total ? `, ${count(members.length)} shown` : "";
  return (
    [
      `${date}: ${count(total)} securities${shown}`,
      ...(members.length > 0 ? [table(MEMBER, members)] : []),
      ...(next === null ? [] : [`more: --cursor ${next}`]),
    ].join("\n") + warnings(meta)
  );
}
