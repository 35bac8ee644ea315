/** equipoise composition : GET /index-composition. */
import { composition } from "../../lib/jobs/composition.ts";
import { compositionRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";
import { answered, FRESH } from "../answer.ts";
import { type Command, checked, fields, text, yes } from "../flags.ts";
import { count, fixed, percent, print, table, warnings } from "../table.ts";

const NAMES = ["date", "index", "reserve"];

type Member = Readonly<{
  rank: number | null;
  ticker: string;
  name: string | null;
  market_cap: number | null;
  weight: number;
  price: number;
  price_date: string;
  stale: number | boolean;
}>;
type Reserve = Pick<Member, "rank" | "ticker" | "name" | "market_cap">;
type Body = Readonly<{
  index: string;
  date: string;
  effective_date: string;
  constituents: readonly Member[];
  reserve: readonly Reserve[];
  meta: Parameters<typeof warnings>[0];
}>;

export const command: Command = {
  flags: { ...Object.fromEntries(NAMES.map((name) => [name, text])), json: yes },
  async run(values) {
    const request = checked(compositionRequest, fields(values, NAMES));
    const json = await answered(composition(world.images, request, FRESH));
    print(values.json ? json : bodyText(JSON.parse(json)));
  },
};

const right = { align: "right" } as const;
const NAMED = [
  { title: "rank", ...right, of: (row: Reserve) => (row.rank === null ? "-" : count(row.rank)) },
  { title: "ticker", of: (row: Reserve) => row.ticker },
  { title: "name", of: (row: Reserve) => (row.name ?? "").slice(0, 40) },
  { title: "market cap (USD m)", ...right, of: (row: Reserve) => millions(row.market_cap) },
];
const MEMBER = [
  ...NAMED,
  { title: "weight", ...right, of: (row: Member) => percent(row.weight) },
  { title: "price (USD)", ...right, of: (row: Member) => fixed(row.price, 2) },
  {
    title: "price of",
    of: (row: Member) => (row.stale ? `${row.price_date} (stale)` : row.price_date),
  },
];

const millions = (usd: number | null) => (usd === null ? "-" : fixed(usd / 1e6, 0));

function bodyText({ index, date, effective_date, constituents, reserve, meta }: Body): string {
  return (
    [
      `${index} at the close of ${date}, effective ${effective_date}: ${constituents.length} members`,
      table(MEMBER, constituents),
      ...(reserve.length > 0 ? ["", "next in rank", table(NAMED, reserve)] : []),
    ].join("\n") + warnings(meta)
  );
}
