/** Writes what the quality gate said into the reference part. Runs inside the transaction of that part. */
import type { PartWriter, SqlValue } from "../ports.ts";
import type { GateNews, JudgedDay } from "./gate-pass.ts";

/** Writes what the gate said; what was said before of what it judged again is forgotten, but for what stood. */
export function writeNews(
  db: PartWriter,
  { judged, repairs, findings, splits, stood }: GateNews,
): void {
  const told = daysTold(db);
  for (const day of judged) if (told.has(day.date)) forget(db, day);
  db.insert(
    "insert or replace into repair (date, ticker, field, delivered, used, rule, detail)",
    7,
    [...stood.repairs, ...repairs].flatMap((r): SqlValue[] => [
      r.date,
      r.ticker,
      r.field,
      r.delivered,
      r.used,
      r.rule,
      r.detail,
    ]),
  );
  db.insert(
    "insert or replace into finding (date, exchange, reason, detail, failed)",
    5,
    findings.flatMap((f): SqlValue[] => [f.date, f.exchange, f.reason, f.detail, f.failed ? 1 : 0]),
  );
  db.insert(
    "insert or replace into detected_split (date, symbol, ratio, detail)",
    4,
    [...stood.splits, ...splits].flatMap((s): SqlValue[] => [s.date, s.symbol, s.ratio, s.detail]),
  );
}

const SAID = ["repair", "finding", "detected_split"];

/** The days something was said of before. */
function daysTold(db: PartWriter): ReadonlySet<number> {
  const days = SAID.map((table) => `select date from ${table}`).join(" union ");
  return new Set(db.query<{ date: number }>(days).map(({ date }) => date));
}

function forget(db: PartWriter, { date, symbols, exchanges }: JudgedDay): void {
  const ids = "select value from json_each(:symbols)";
  const named = { ":date": date, ":symbols": JSON.stringify([...symbols]) };
  db.run(
    `delete from repair where date = :date
     and ticker in (select ticker from symbol where id in (${ids}))`,
    named,
  );
  db.run(`delete from detected_split where date = :date and symbol in (${ids})`, named);
  db.run(
    `delete from finding where date = :date and exchange in (select value from json_each(:exchanges))`,
    { ":date": date, ":exchanges": JSON.stringify(exchanges) },
  );
}
