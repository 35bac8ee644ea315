/** Counts of shares in Yahoo's balance sheets. */
import * as z from "zod";
import { answerOf } from "../vendor/answer.ts";
import type { SharesStatement } from "../vendor/told-shares.ts";
import { dayOfMs, instant, instantMs } from "./chart.ts";
import { VENDOR, type YahooReports } from "./library.ts";

const reportsSchema = z.array(
  z.object({
    date: instant,
    ordinarySharesNumber: z.number().nullish(),
    shareIssued: z.number().nullish(),
  }),
);

export type Reports = Readonly<{ type: YahooReports; answer: unknown }>;

/**
 * One count a balance date, ascending: ordinary shares, or where these are missing the shares issued, which hold those
 * the company has bought back. A date that is in the yearly reports as well ends a year.
 *
 * @throws AppError VENDOR_ANSWER
 */
export function statementsOf(ticker: string, reports: readonly Reports[]): SharesStatement[] {
  const byDay = new Map<number, SharesStatement>();
  for (const { type, answer } of reports) {
    const asked = { vendor: VENDOR, operation: `${type} reports of ${ticker}` };
    for (const entry of answerOf(reportsSchema, answer, asked)) {
      const { ordinarySharesNumber, shareIssued } = entry;
      const value = ordinarySharesNumber || shareIssued;
      if (!value || !(value > 0)) continue;
      const date = dayOfMs(instantMs(entry.date));
      const name = ordinarySharesNumber ? "ordinarySharesNumber" : "shareIssued";
      const isYearEnd = type === "annual" || byDay.get(date)?.isYearEnd === true;
      byDay.set(date, { date, value, isYearEnd, source: `${VENDOR} ${type} ${name}` });
    }
  }
  return [...byDay.values()].sort((a, b) => a.date - b.date);
}
