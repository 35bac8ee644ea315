/**
 * Shares outstanding from what companies file with the SEC (EDGAR, XBRL "companyfacts"), one request a company. No
 * prices. Known of it, and what is done here:
 *
 * - A filing counts from the session after its day: it may have come after the close. `knownAt` is the day of the filing
 *   itself, and whoever uses a fact asks for `knownAt < day`.
 * - A number told again by a later filing stays beside the first: on each day the one that was known then holds.
 * - Companies of several classes (Alphabet, Berkshire, Visa) tell them class by class, which this interface leaves out or
 *   mixes. They are told as NO_SHARES, SHARES_BY_CLASS or SHARES_STOPPED. A balance sheet may still give the sum of all
 *   classes, which is then taken for each line (sec-edgar/told-shares.ts).
 * - Numbers of 0, of a day after the filing, or off by a thousand or a million are left out and told, never mended.
 * - The lists of tickers are of today: a company that has left is found by its CIK alone, and a ticker that changed hands
 *   leads to its present holder. `ciks` says who is meant.
 * - It must know who asks (https://www.sec.gov/os/accessing-edgar-data) and stops answering above 10 requests a second.
 */
import { AppError } from "../errors.ts";
import type { MarketSource, SharesFact, SourceCapabilities } from "../ports.ts";
import {
  type Company,
  cikOf,
  EXCHANGE_LIST,
  exchangeList,
  isOtherSecurity,
  listedClasses,
  PLAIN_LIST,
  plainList,
  secTicker,
} from "./sec-edgar/companies.ts";
import { companyShares } from "./sec-edgar/told-shares.ts";
import { BySymbol } from "./vendor/by-symbol.ts";
import { statusOf } from "./vendor/errors.ts";
import { type VendorClient, type VendorWorld, vendorClient } from "./vendor-client.ts";

const VENDOR = "sec-edgar";
export const SEC_CONTACT = "SEC_CONTACT";
const FACTS_URL = "https://data.sec.gov";
const FILES_URL = "https://www.sec.gov";
/** 10 a second are allowed; together with a burst of 1 this never is more. */
const REQUESTS_PER_MINUTE = 540;
/** The facts of a large company are some 10 MB. */
const TIMEOUT_MS = 60_000;
/** How long the SEC keeps out who asked too fast. */
const BLOCKED_SECONDS = 600;
/** Large filers had to tell numbers from here on; smaller ones followed until 2011. */
const SINCE = 20090615;

export type SecEdgarOptions = Readonly<{
  tickers: readonly string[] | undefined;
  /** Facts filed up to `to`; those known before `from` are given as well, since they hold then. YYYYMMDD. */
  from: number;
  to: number;
  /** Name and mail address of who asks: "Example Research admin@example.com". */
  contact: string | undefined;
  /** CIK by ticker, for whom the lists of today do not name, or name wrongly; asked for when the first facts are. */
  ciks?: () => Promise<Readonly<Record<string, string>>>;
  /** Whether a vendor that wants to hear no more before the end gives nothing, instead of what it gave until then. */
  isWhole?: boolean;
  /** Of the facts; the lists are asked for there as well when it is given. */
  baseUrl?: string;
}>;

export type SecEdgarSource = MarketSource &
  Readonly<{
    /** The companies of the tickers asked for, by ticker as it was asked. */
    companies: () => Promise<ReadonlyMap<string, Company>>;
  }>;

const CAPABILITIES: SourceCapabilities = {
  dailyBars: false,
  marketCap: false,
  sharesOutstanding: true,
  corporateActions: false,
  universe: false,
  since: SINCE,
  requestsPerMinute: REQUESTS_PER_MINUTE,
  keySetting: SEC_CONTACT,
};

/** @throws AppError VENDOR_REFUSED without a contact, BAD_REQUEST without tickers */
export function secEdgar(options: SecEdgarOptions, world: VendorWorld): SecEdgarSource {
  const edgar = new Edgar(options, world);
  return {
    name: VENDOR,
    kind: "real",
    isPointInTime: true,
    capabilities: CAPABILITIES,
    facts: async () => {
      const shares = await edgar.shares();
      return { securities: [], actions: [], changes: [], captures: [], shares, rejected: [] };
    },
    async *rows() {},
    totalUnits: edgar.tickers.length,
    doneUnits: () => edgar.done,
    failures: () => edgar.asking.failures,
    companies: () => edgar.companies(),
  };
}

class Edgar {
  readonly tickers: readonly string[];
  readonly asking: BySymbol;
  done = 0;
  readonly #options: SecEdgarOptions;
  readonly #files: VendorClient;
  readonly #api: VendorClient;
  #listed: readonly Company[] = [];
  #companies: Promise<ReadonlyMap<string, Company>> | undefined;
  #shares: Promise<readonly SharesFact[]> | undefined;

  constructor(options: SecEdgarOptions, world: VendorWorld) {
    const { tickers = [], contact, baseUrl } = options;
    const headers = { "User-Agent": userAgent(contact), Accept: "application/json" };
    if (tickers.length === 0) {
      throw new AppError("BAD_REQUEST", `${VENDOR} needs tickers: it is asked for one at a time`);
    }
    const client = (url: string) =>
      vendorClient({
        vendor: VENDOR,
        baseUrl: url,
        requestsPerMinute: REQUESTS_PER_MINUTE,
        timeoutMs: TIMEOUT_MS,
        headers,
        keySetting: SEC_CONTACT,
        world: { ...world, fetch: blockAware(world.fetch) },
      });
    this.tickers = [...new Set(tickers)];
    this.#options = options;
    this.asking = new BySymbol(options.isWhole);
    this.#api = client(baseUrl ?? FACTS_URL);
    this.#files = baseUrl === undefined ? client(FILES_URL) : this.#api;
  }

  companies(): Promise<ReadonlyMap<string, Company>> {
    this.#companies ??= this.#find();
    return this.#companies;
  }

  shares(): Promise<readonly SharesFact[]> {
    this.#shares ??= this.#load();
    return this.#shares;
  }

  /** @throws AppError when the lists cannot be had */
  async #find(): Promise<ReadonlyMap<string, Company>> {
    const told = (await this.#options.ciks?.()) ?? {};
    const ciks = new Map(Object.entries(told).map(([ticker, cik]) => [secTicker(ticker), cik]));
    const found = new Map<string, Company>();
    const missing = () => this.tickers.filter((ticker) => !found.has(ticker));
    for (const ticker of this.tickers) {
      const cik = ciks.get(secTicker(ticker));
      if (cik !== undefined) {
        found.set(ticker, { ticker: secTicker(ticker), cik: cikOf(cik), name: "", exchange: null });
      }
    }
    for (const [path, read] of LISTS) {
      if (missing().length === 0) break;
      const listed = read(await this.#files.json({ path }));
      this.#listed = [...this.#listed, ...listed];
      const byTicker = new Map(listed.map((company) => [secTicker(company.ticker), company]));
      for (const ticker of missing()) {
        const company = byTicker.get(secTicker(ticker));
        if (company) found.set(ticker, company);
      }
    }
    const detail = "no company in the SEC's lists of today has it; its CIK would say who is meant";
    for (const ticker of missing()) this.asking.note(ticker, "UNKNOWN_TICKER", detail);
    return found;
  }

  async #load(): Promise<readonly SharesFact[]> {
    const companies = await this.companies();
    const facts: SharesFact[] = [];
    this.done = this.tickers.length - companies.size;
    for (const [cik, tickers] of Map.groupBy(companies.keys(), (key) => companies.get(key)!.cik)) {
      const common = tickers.filter((ticker) => !this.#isLeftOut(ticker, cik));
      if (common.length > 0) facts.push(...(await this.#sharesOf(cik, common)));
      this.done += tickers.length;
    }
    this.asking.demandAnAnswer();
    return facts;
  }

  /** Tells what is no common stock, or one class of several: the company's number would be wrong for it. */
  #isLeftOut(ticker: string, cik: string): boolean {
    const own = this.#listed.filter((company) => company.cik === cik);
    const siblings = [...new Set(own.map((company) => secTicker(company.ticker)))];
    if (isOtherSecurity(secTicker(ticker), siblings)) {
      this.asking.note(ticker, "NOT_COMMON", "is a preferred stock, warrant, unit or right");
      return true;
    }
    const classes = listedClasses(siblings);
    if (!classes.includes(secTicker(ticker))) return false;
    const detail = `is one of several classes (${classes.join(", ")}), whose shares are not told apart here`;
    this.asking.note(ticker, "SHARES_BY_CLASS", detail);
    return true;
  }

  async #sharesOf(cik: string, tickers: readonly string[]): Promise<SharesFact[]> {
    const path = `/api/xbrl/companyfacts/CIK${cik}.json`;
    const [first, ...others] = tickers as [string, ...string[]];
    const told = await this.asking.ask(first, async () => {
      const answer = await this.#api.json({ path }).catch(noNumbers);
      const asked = { vendor: VENDOR, operation: `GET ${path}` };
      return companyShares(answer, this.#options, asked);
    });
    if (!told) {
      const detail = `is of the same company as ${first}, which could not be had`;
      const reason = this.asking.failures.at(-1)?.reason ?? "DEPENDENCY_DOWN";
      for (const ticker of others) this.asking.note(ticker, reason, detail);
      return [];
    }
    for (const { reason, detail, date } of told.faults) {
      for (const ticker of tickers) this.asking.note(ticker, reason, detail, date);
    }
    return tickers.flatMap((ticker) => told.facts.map((fact) => ({ ticker, ...fact })));
  }
}

const LISTS = [
  [EXCHANGE_LIST, exchangeList],
  [PLAIN_LIST, plainList],
] as const;

/** A company that never filed in this form is answered with status 404. */
function noNumbers(error: unknown): unknown {
  if (statusOf(error) === 404) return { facts: {} };
  throw error;
}

/** @throws AppError VENDOR_REFUSED for text that is no contact */
function userAgent(contact: string | undefined): string {
  const text = contact?.trim() ?? "";
  if (/^[\x20-\x7e]*\S@\S+\.\S+[\x20-\x7e]*$/.test(text)) return `equipoise ${text}`;
  throw new AppError(
    "VENDOR_REFUSED",
    `${VENDOR} must know who asks: set ${SEC_CONTACT} to a name and a mail address, such as "Example Research admin@example.com"`,
    { dependency: VENDOR, setting: SEC_CONTACT },
  );
}

/** Who asks too fast is answered with status 403 and a page; here it gets the status that means so. */
const blockAware =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (response.status !== 403) return response;
    const text = await response.text();
    const isTooFast = /request rate threshold exceeded/i.test(text);
    return isTooFast
      ? new Response("Request Rate Threshold Exceeded", {
          status: 429,
          headers: { "retry-after": String(BLOCKED_SECONDS) },
        })
      : new Response(text, { status: 403 });
  };
