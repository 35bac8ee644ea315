/**
 * Shares outstanding in what a company has filed. The number of the cover page (dei) is of a day shortly before the
 * filing and stands on the split basis of that day. Where a company does not give it, the number of the balance sheet
 * (us-gaap) stands in: it is restated for splits up to the filing, so it counts as of the day of the filing, and what
 * the same filing says of earlier balance sheets is left out.
 *
 * The interface leaves out numbers that are told class by class, so a company that turned to classes seems to have
 * stopped telling while it goes on filing; its last number would stand for ever and is not taken.
 */
import * as z from "zod";
import type { SharesFact } from "../../ports.ts";
import { compareText } from "../../text.ts";
import { addDays, dayKey, isIsoDay, isoDay } from "../../time.ts";
import { answerOf } from "../vendor/answer.ts";
import type { Asked } from "../vendor/errors.ts";
import { filingDays } from "./filing-days.ts";

export type SharesFault = Readonly<{ reason: string; detail: string; date: number | null }>;
export type CompanyShares = Readonly<{
  facts: readonly Omit<SharesFact, "ticker">[];
  faults: readonly SharesFault[];
}>;
export type Days = Readonly<{ from: number; to: number }>;

type Telling = Readonly<{
  end: number;
  filed: number;
  shares: number;
  form: string;
  accession: string;
}>;
type Series = Readonly<{ tellings: readonly Telling[]; faults: readonly SharesFault[] }>;

const entry = z.object({
  end: z.string(),
  val: z.number(),
  accn: z.string(),
  form: z.string(),
  filed: z.string(),
});
type Entry = z.output<typeof entry>;
const concept = z.object({ units: z.object({ shares: z.array(entry).optional() }) }).optional();
const schema = z.object({
  facts: z.object({
    dei: z.object({ EntityCommonStockSharesOutstanding: concept }).optional(),
    "us-gaap": z.object({ CommonStockSharesOutstanding: concept }).optional(),
  }),
});

/** A year and a quarter: who files once a year may be late. */
const LONGEST_SILENCE_DAYS = 460;

/**
 * What was filed up to the end of the range, in the order of filing.
 *
 * @throws AppError VENDOR_ANSWER for an answer of another form
 */
export function companyShares(answer: unknown, days: Days, asked: Asked): CompanyShares {
  const { facts } = answerOf(schema, answer, asked);
  const cover = facts.dei?.EntityCommonStockSharesOutstanding?.units.shares ?? [];
  const balance = facts["us-gaap"]?.CommonStockSharesOutstanding?.units.shares ?? [];
  const filings = filingDays(answer).filter((day) => day <= days.to);
  const told = judged(seriesOf(cover, days.to), filings, days);
  const isByClass = told.faults.some(({ reason }) => reason === "SHARES_BY_CLASS");
  if (told.tellings.length > 0 || isByClass) {
    return { facts: told.tellings.map(coverFact), faults: told.faults };
  }
  const second = judged(newestBalances(seriesOf(balance, days.to)), filings, days);
  if (second.tellings.length > 0) {
    return { facts: second.tellings.map(balanceFact), faults: second.faults };
  }
  const faults = [...told.faults, ...second.faults];
  return { facts: [], faults: faults.length > 0 ? faults : [NO_SHARES] };
}

const NO_SHARES: SharesFault = {
  reason: "NO_SHARES",
  detail:
    "no number of shares in what was filed; a company of several classes tells them class by class, which this interface leaves out",
  date: null,
};

const coverFact = ({ end, filed, shares, form, accession }: Telling) => ({
  effectiveDate: end,
  knownAt: filed,
  shares,
  source: `sec-edgar ${form} ${accession}`,
});

const balanceFact = (telling: Telling) => ({ ...coverFact(telling), effectiveDate: telling.filed });

/** The tellings of one concept, each once, and those that cannot be right. */
function seriesOf(entries: readonly Entry[], to: number): Series {
  const faults: SharesFault[] = [];
  const tellings = new Map<string, Telling>();
  const byClass = new Map<string, Set<number>>();
  for (const { end, val: shares, accn: accession, form, filed } of entries) {
    const telling = { end: dayIn(end), filed: dayIn(filed), shares, form, accession };
    if (telling.filed > to) continue;
    const fault = faultIn(telling, end, filed);
    if (fault) faults.push({ date: telling.filed || null, ...fault });
    else {
      const key = `${accession} ${end}`;
      tellings.set(key, telling);
      byClass.set(key, (byClass.get(key) ?? new Set()).add(shares));
    }
  }
  const several = [...byClass].filter(([, values]) => values.size > 1);
  for (const [key] of several) tellings.delete(key);
  return {
    tellings: [...tellings.values()].sort(byArrival),
    faults: several.length > 0 ? [...faults, classFault(several)] : faults,
  };
}

const dayIn = (iso: string): number => (isIsoDay(iso) ? dayKey(iso) : 0);

const byArrival = (a: Telling, b: Telling): number =>
  a.filed - b.filed || a.end - b.end || compareText(a.accession, b.accession);

function faultIn({ end, filed, shares, accession }: Telling, endText: string, filedText: string) {
  if (end === 0 || filed === 0) {
    const detail = `${accession}: "${end === 0 ? endText : filedText}" is no day`;
    return { reason: "BAD_DATE", detail };
  }
  if (!(shares > 0 && Number.isInteger(shares))) {
    const detail = `${accession}: expected a whole number of shares above 0, was ${shares}`;
    return { reason: "SHARES_NOT_POSITIVE", detail };
  }
  if (end > filed) {
    const detail = `${accession} of ${isoDay(filed)} tells the shares of ${isoDay(end)}`;
    return { reason: "EFFECTIVE_AFTER_KNOWN", detail };
  }
  return undefined;
}

function classFault(several: readonly (readonly [string, ReadonlySet<number>])[]): SharesFault {
  const [key, values] = several.at(-1)!;
  const [accession, end = ""] = key.split(" ");
  return {
    reason: "SHARES_BY_CLASS",
    detail: `${several.length} filings tell several numbers for one day, as companies of several classes do; last ${accession}: ${[...values].join(", ")}`,
    date: dayIn(end),
  };
}

/** Of each filing the newest balance sheet, and none that is older than what was told before. */
function newestBalances({ tellings, faults }: Series): Series {
  const newest = new Map<string, Telling>();
  for (const telling of tellings) {
    const other = newest.get(telling.accession);
    if (!other || telling.end > other.end) newest.set(telling.accession, telling);
  }
  let last = 0;
  const forward = [...newest.values()].sort(byArrival).filter(({ end }) => {
    last = Math.max(last, end);
    return end === last;
  });
  return { tellings: forward, faults };
}

/** Leaves out slips of the pen, and everything of a company that has stopped telling. */
function judged({ tellings, faults }: Series, filings: readonly number[], days: Days): Series {
  const { kept, slips } = withoutSlips(tellings);
  const all = [...faults, ...slips.map(slipFault)];
  const silent = silenceIn(kept, filings, days);
  if (!silent) return { tellings: kept, faults: all };
  const detail = `filings went on, but none since ${isoDay(silent.filed)} tells a number; companies that turn to several classes tell them class by class`;
  return {
    tellings: [],
    faults: [...all, { reason: "SHARES_STOPPED", detail, date: silent.filed }],
  };
}

/**
 * A number a thousand or a million times the one before, or that part of it, was told in other units. It is believed
 * when the next one, of another day, agrees with it. Nothing told later changes what was believed before.
 */
function withoutSlips(tellings: readonly Telling[]) {
  const kept: Telling[] = [];
  const slips: Telling[] = [];
  let doubted: Telling | undefined;
  for (const telling of tellings) {
    const last = kept.at(-1);
    const isConfirmed = doubted && doubted.end !== telling.end && powerOf(doubted, telling) === 0;
    if (last && [3, 6].includes(Math.abs(powerOf(last, telling))) && !isConfirmed) {
      slips.push(telling);
      doubted = telling;
    } else {
      kept.push(telling);
      doubted = undefined;
    }
  }
  return { kept, slips };
}

/** By which power of ten two numbers differ, to within a factor of 1.26; NaN for anything between. */
function powerOf(a: Telling, b: Telling): number {
  const decades = Math.log10(b.shares / a.shares);
  return Math.abs(decades - Math.round(decades)) <= 0.1 ? Math.round(decades) : Number.NaN;
}

const slipFault = ({ shares, accession, filed }: Telling): SharesFault => ({
  reason: "OFF_BY_POWER_OF_TEN",
  detail: `${accession}: ${shares} shares are a thousand or a million times too many or too few against the filing before`,
  date: filed,
});

/** The last telling before a silence that reaches into the range, while the company went on filing. */
function silenceIn(tellings: readonly Telling[], filings: readonly number[], { from }: Days) {
  return tellings.find((telling, at) => {
    const next = tellings[at + 1]?.filed ?? Number.POSITIVE_INFINITY;
    const since = addDays(telling.filed, LONGEST_SILENCE_DAYS);
    return next > from && filings.some((day) => day > since && day < next);
  });
}
