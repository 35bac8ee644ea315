/** Writes what the quality gate said into the reference part. Runs inside the transaction of that part. */
import type { PartWriter, SqlValue } from "../ports.ts";
import type { GateNews } from "./gate-pass.ts";

/** Days at once in a list of parameters. */
const DAYS_AT_ONCE = 500;

/** Writes what the gate said; the days it judged again forget what was said of them before. */
export function writeNews(
  db: PartWriter,
  { days: judged, repairs, findings, splits }: GateNews,
): void {
  for (let start = 0; start < judged.length; start += DAYS_AT_ONCE) {
    const list = JSON.stringify(judged.slice(start, start + DAYS_AT_ONCE));
    for (const table of ["repair", "finding", "detected_split"]) {
      db.run(`delete from ${table} where date in (select value from json_each(:days))`, {
        ":days": list,
      });
    }
  }
  db.insert(
    "insert or replace into repair (date, ticker, field, delivered, used, rule, detail)",
    7,
    repairs.flatMap((r): SqlValue[] => [
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
    splits.flatMap((s): SqlValue[] => [s.date, s.symbol, s.ratio, s.detail]),
  );
}
