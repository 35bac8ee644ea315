/**
 * What happens to rows between source and parts: caps follow from shares where they must, then the quality gate judges,
 * and what passes it meets what other sources have said, where a precedence ranks them. The gate comes first, so a row
 * it refuses takes no part, and it judges each source by what that source delivers.
 */
import type { Facts } from "../market/facts-change.ts";
import { type GateNews, noNews } from "../market/gate-pass.ts";
import { type CapChoice, KnownShares } from "../market/known-shares.ts";
import { REFERENCE } from "../market/parts.ts";
import type { Precedence } from "../market/precedence.ts";
import * as queries from "../market/queries.ts";
import type { StagedRows } from "../market/staging.ts";
import { StandingNews } from "../market/standing-news.ts";
import {
  type GateCounts,
  GateLoad,
  type GateLoadOptions,
  NO_COUNTS,
  type Refuse,
} from "./gate-load.ts";
import {
  type KeptCounts,
  NONE_KEPT,
  PrecedenceLoad,
  type PrecedenceOptions,
} from "./precedence-load.ts";

export type JudgeOptions = Readonly<{
  /** Whether the quality gate judges the rows. */
  isGated: boolean;
  /** Which market cap counts where shares outstanding are known. */
  caps: CapChoice;
  /** Whose values stand where several sources have some; the later ones, when omitted. */
  precedence?: Precedence | undefined;
  /** The names the source was asked for; all of the market, when omitted. */
  asked?: readonly string[] | undefined;
}>;

export type JudgeContext = GateLoadOptions & Omit<PrecedenceOptions, "precedence">;

/** `kept` is only there with a precedence. */
export type JudgeCounts = GateCounts & Readonly<{ kept?: KeptCounts }>;

export class RowJudge {
  readonly #context: JudgeContext;
  readonly #caps: CapChoice;
  readonly #shares = new KnownShares();
  readonly #gate: GateLoad | undefined;
  readonly #precedence: PrecedenceLoad | undefined;

  constructor(context: JudgeContext, { isGated, caps, precedence, asked }: JudgeOptions) {
    this.#context = context;
    this.#caps = caps;
    this.#gate = isGated ? new GateLoad({ ...context, asked }) : undefined;
    this.#precedence = precedence && new PrecedenceLoad({ ...context, precedence });
  }

  /** What the market knew before this load. */
  async addStored(): Promise<void> {
    const { draft, book } = this.#context;
    if (!(REFERENCE in draft.parts())) return;
    const { query } = await draft.open(REFERENCE);
    const actions = queries
      .actions(query)
      .map((action) => ({ ...action, ticker: book.tickerOf(action.symbol) }));
    this.#shares.addFacts(queries.sharesFacts(query));
    this.#shares.addActions(actions);
    this.#gate?.addActions(actions);
    this.#gate?.addSessions(queries.sessions(query));
  }

  addFacts({ actions, shares = [] }: Facts): void {
    this.#shares.addFacts(shares);
    this.#shares.addActions(actions);
    this.#gate?.addActions(actions);
  }

  /** @returns the positions that stand; figures are repaired, and those of higher sources put, in place */
  async judge(rows: StagedRows, order: Int32Array, refuse: Refuse): Promise<Int32Array> {
    const { book } = this.#context;
    this.#shares.fill(rows, order, (symbol) => book.tickerOf(symbol), this.#caps);
    const news = this.#precedence && this.#gate && new StandingNews(this.#gate.news);
    const passed = this.#gate ? await this.#gate.judge(rows, order, refuse) : order;
    await this.#precedence?.settle(rows, passed, news);
    return passed;
  }

  /** What the gate said since the last call. */
  take(): GateNews {
    this.#precedence?.forgetNews();
    return this.#gate?.take() ?? noNews();
  }

  get counts(): JudgeCounts {
    const counts = this.#gate?.counts ?? NO_COUNTS;
    return this.#precedence ? { ...counts, kept: this.#precedence.counts } : counts;
  }

  /** Goes on counting where an interrupted load stopped. */
  resume({ kept = NONE_KEPT, ...counts }: JudgeCounts): void {
    this.#gate?.resume(counts);
    this.#precedence?.resume(kept);
  }
}
