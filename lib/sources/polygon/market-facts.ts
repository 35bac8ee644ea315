/** What Polygon knows of the securities beside their prices. */
import type { SharesFact, SourceFailure } from "../../ports.ts";
import { addDays, isoDay } from "../../time.ts";
import { newYorkDay } from "../new-york.ts";
import type { CorporateAction, MarketSource, SecurityRecord, TickerChange } from "../rows.ts";
import { statusOf } from "../vendor/errors.ts";
import { Failures } from "../vendor/failures.ts";
import { dividendsOf, splitsOf, type Tell } from "./actions.ts";
import { type PolygonApi, type PolygonDetails, type PolygonTicker, VENDOR } from "./api.ts";
import { closeIn } from "./bars.ts";
import { delistedDay, recordOfDetails, recordsOf, renameIn, renamesOf } from "./securities.ts";
import type { PolygonSessions } from "./sessions.ts";
import { believableShares, needsWitness } from "./shares.ts";

type Facts = Awaited<ReturnType<MarketSource["facts"]>>;

export type FactsAsked = Readonly<{
  tickers: readonly string[] | undefined;
  from: number;
  to: number;
  sessions: readonly number[];
  filingLagDays?: number;
}>;

/** Up to so many named tickers are asked for one by one; beyond, the lists of the whole market are shorter. */
const ONE_BY_ONE_MAX = 20;

/** A security that trades no more, and its last day. */
type Gone = Readonly<{ user: PolygonTicker; day: number }>;
type Dated = Readonly<{ date: number; details: PolygonDetails }>;

export class PolygonFacts {
  readonly #api: PolygonApi;
  readonly #rows: PolygonSessions;
  readonly #asked: FactsAsked;
  readonly #today: () => number;
  #failures = new Failures();
  #securities: SecurityRecord[] = [];
  #actions: CorporateAction[] = [];
  #changes: TickerChange[] = [];
  #shares: SharesFact[] = [];

  constructor(
    api: PolygonApi,
    rows: PolygonSessions,
    asked: FactsAsked,
    world: Readonly<{ nowMs: () => number }>,
  ) {
    this.#api = api;
    this.#rows = rows;
    this.#asked = asked;
    this.#today = () => newYorkDay(world.nowMs());
  }

  get failures(): readonly SourceFailure[] {
    return this.#failures.list;
  }

  /** @throws AppError when the key is refused, the vendor stays away or nothing at all was answered */
  async read(): Promise<Facts> {
    this.#failures = new Failures();
    [this.#securities, this.#actions, this.#changes, this.#shares] = [[], [], [], []];
    const { tickers, from, to } = this.#asked;
    const splits = await this.#splits();
    if (tickers) for (const ticker of tickers) await this.#readOne(ticker, splits);
    else await this.#readAll();
    const dividends = await this.#dividends();
    for (const action of [...(splits ?? []), ...dividends]) {
      if (action.date >= from && action.date <= to) this.#actions.push(action);
    }
    this.#failures.demandAnAnswer();
    return {
      securities: this.#securities,
      actions: this.#actions,
      changes: this.#changes,
      captures: [],
      shares: this.#shares,
      rejected: [],
    };
  }

  /** Up to today, since a later split tells how to read a count of shares; `undefined` when they cannot be had. */
  async #splits(): Promise<CorporateAction[] | undefined> {
    const { tickers, to } = this.#asked;
    const last = tickers ? Math.max(to, this.#today()) : to;
    const query = {
      "execution_date.gte": isoDay(tickers ? addDays(this.#firstCount(), -100) : this.#asked.from),
      "execution_date.lte": isoDay(last),
    };
    const entries = await this.#ofTickers((named) => this.#api.splits({ ...query, ...named }));
    return entries && splitsOf(entries, this.#tell);
  }

  async #dividends(): Promise<CorporateAction[]> {
    const { from, to } = this.#asked;
    const query = {
      "ex_dividend_date.gte": isoDay(from),
      "ex_dividend_date.lte": isoDay(to),
    };
    const entries = await this.#ofTickers((named) => this.#api.dividends({ ...query, ...named }));
    return dividendsOf(entries ?? [], this.#tell);
  }

  /** Entries of the tickers asked for; `undefined` when one request for them failed. */
  async #ofTickers<Entry extends Readonly<{ ticker: string }>>(
    ask: (named: Readonly<Record<string, string>>) => Promise<Entry[]>,
  ): Promise<Entry[] | undefined> {
    const { tickers } = this.#asked;
    if (!tickers) return this.#failures.attempt({}, () => ask({}));
    const wanted = new Set(tickers);
    const lists =
      tickers.length > ONE_BY_ONE_MAX
        ? [await this.#failures.attempt({}, () => ask({}))]
        : await this.#each(tickers, (ticker) => ask({ ticker }));
    if (lists.includes(undefined)) return undefined;
    return lists.flatMap((list) => list ?? []).filter(({ ticker }) => wanted.has(ticker));
  }

  async #each<T>(tickers: readonly string[], ask: (ticker: string) => Promise<T>) {
    const answers: (T | undefined)[] = [];
    for (const ticker of tickers) {
      answers.push(await this.#failures.attempt({ ticker }, () => ask(ticker)));
    }
    return answers;
  }

  /** The whole market by its lists of tickers, those of the past included. */
  async #readAll(): Promise<void> {
    const { from, to } = this.#asked;
    const [present, past] = [
      await this.#failures.attempt({}, () => this.#api.tickers({ active: "true" })),
      await this.#failures.attempt({}, () => this.#api.tickers({ active: "false" })),
    ];
    // Half of the lists would make securities of today those of all time.
    if (!present || !past) return;
    const listed = [...present, ...past.filter((user) => delistedDay(user) > 0)];
    const records = recordsOf(listed);
    const tickers = new Set(
      records.filter(({ validTo }) => validTo >= from).map(({ ticker }) => ticker),
    );
    this.#securities = records.filter(({ ticker }) => tickers.has(ticker));
    const renames = renamesOf(listed);
    for (const user of listed) {
      const day = delistedDay(user);
      if (day < from || day > to) continue;
      const rename = renames.get(user);
      if (rename) this.#changes.push(rename);
      else await this.#delist({ user, day });
    }
  }

  /** A named ticker by its details on several days. */
  async #readOne(ticker: string, splits: readonly CorporateAction[] | undefined): Promise<void> {
    const { to } = this.#asked;
    const found: Dated[] = [];
    const dates = this.#countDates();
    for (const date of [...new Set([...dates, to])]) {
      const details = await this.#detailsOn(ticker, date);
      if (details) found.push({ date, details });
    }
    const last = found.at(-1);
    const isTrading = last?.date === to && last.details.active !== false;
    const gone = isTrading ? undefined : await this.#goneOf(ticker, last?.date ?? 0);
    if (last) {
      const day = gone ? gone.day : 0;
      this.#securities.push(recordOfDetails(last.details, ticker, found[0]!.date, day));
    } else if (gone) this.#securities.push(...recordsOf([gone.user]));
    else {
      this.#failures.note({ ticker }, "UNKNOWN_SECURITY", `${VENDOR} does not know this ticker`);
      return;
    }
    if (gone) await this.#leave(gone);
    await this.#count(
      ticker,
      found.filter(({ date }) => dates.includes(date)),
      splits,
    );
  }

  /** A ticker that the vendor did not know on that day is no failure: it may have come later or gone before. */
  #detailsOn(ticker: string, date?: number): Promise<PolygonDetails | undefined> {
    return this.#failures.attempt({ ticker, date: date ?? null }, () =>
      this.#api.details(ticker, date).catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }),
    );
  }

  /** Who left the ticker last, from the day on which it was last found to the end of the range. */
  async #goneOf(ticker: string, foundOn: number): Promise<Gone | undefined> {
    const ask = () => this.#api.tickers({ ticker, active: "false" });
    const users = (await this.#failures.attempt({ ticker }, ask)) ?? [];
    return users
      .map((user) => ({ user, day: delistedDay(user) }))
      .filter(({ day }) => day > 0 && day >= foundOn && day <= this.#asked.to)
      .toSorted((a, b) => a.day - b.day)
      .at(-1);
  }

  /** Whether a security went on under another ticker or was delisted. */
  async #leave(gone: Gone): Promise<void> {
    const { ticker, composite_figi } = gone.user;
    if (gone.day < this.#asked.from) return;
    if (composite_figi) {
      const events = await this.#failures.attempt({ ticker, date: gone.day }, () =>
        this.#api.events(composite_figi).catch((error: unknown) => {
          if (statusOf(error) === 404) return [];
          throw error;
        }),
      );
      // Without knowing, a rename would be counted as the end of a security.
      if (!events) return;
      const rename = renameIn(events, gone.user);
      if (rename) {
        this.#changes.push(rename);
        return;
      }
    }
    await this.#delist(gone);
  }

  /** The end of a security, at the close of its last day. */
  async #delist({ user: { ticker }, day }: Gone): Promise<void> {
    const isSession = this.#asked.sessions.includes(day);
    const about = { ticker, date: day };
    const batches = isSession
      ? await this.#failures.attempt(about, () => this.#rows.ahead(day))
      : [];
    if (!batches) return;
    const close = closeIn(batches, ticker);
    if (close === undefined) {
      const why = isSession ? "it did not trade on that day" : "that day was no session";
      this.#tell(about, `delisted without a final price: ${why}`);
    } else this.#actions.push({ ...about, action: "delisting", value: close });
  }

  /** Takes the counts of shares that can be believed. */
  async #count(
    ticker: string,
    found: readonly Dated[],
    splits: readonly CorporateAction[] | undefined,
  ): Promise<void> {
    const facts = found.flatMap(({ date, details }) => this.#countIn(ticker, date, details));
    if (facts.length === 0) return;
    const own = splits?.filter((split) => split.ticker === ticker);
    if (!own) {
      this.#tell({ ticker, date: null }, "counts of shares are left out, for want of its splits");
      return;
    }
    const witness = needsWitness(facts, own) ? await this.#witness(ticker) : undefined;
    const { believed, doubted } = believableShares(facts, own, witness);
    this.#shares.push(...believed);
    for (const { fact, detail } of doubted)
      this.#tell({ ticker, date: fact.effectiveDate }, detail);
  }

  async #witness(ticker: string): Promise<SharesFact | undefined> {
    const details = await this.#detailsOn(ticker);
    return details && this.#countIn(ticker, this.#today(), details)[0];
  }

  #countIn(ticker: string, date: number, details: PolygonDetails): SharesFact[] {
    const { share_class_shares_outstanding: ofClass, weighted_shares_outstanding: ofAll } = details;
    if (details.type?.startsWith("ADR") || details.type === "GDR") return [];
    const shares = ofClass ?? ofAll;
    if (!shares || !(shares > 0)) return [];
    const member = ofClass ? "share_class_shares_outstanding" : "weighted_shares_outstanding";
    const lagged = addDays(date, this.#asked.filingLagDays ?? 0);
    // What the vendor tells today is known today.
    const knownAt = Math.max(date, Math.min(lagged, this.#today()));
    return [{ ticker, effectiveDate: date, knownAt, shares, source: `${VENDOR} ${member}` }];
  }

  /** A count can be used from the day after it was known, so the first one is of a day before the range. */
  #firstCount(): number {
    return addDays(this.#asked.from, -1 - (this.#asked.filingLagDays ?? 0));
  }

  /** That day and the first session of every later quarter in the range. */
  #countDates(): number[] {
    const quarterOf = (date: number) =>
      Math.floor(date / 10_000) * 4 + Math.floor(((Math.floor(date / 100) % 100) - 1) / 3);
    const dates = [this.#firstCount()];
    let quarter = quarterOf(this.#asked.from);
    for (const session of this.#asked.sessions) {
      if (quarterOf(session) > quarter) dates.push(session);
      quarter = quarterOf(session);
    }
    return dates;
  }

  readonly #tell: Tell = (about, detail) => this.#failures.note(about, "VENDOR_ANSWER", detail);
}
