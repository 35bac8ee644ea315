/** What happens to rows between source and parts: caps follow from shares where they must, then the quality gate judges. */
import type { Facts } from "../market/facts-change.ts";
import { type GateNews, noNews } from "../market/gate-pass.ts";
import { type CapChoice, KnownShares } from "../market/known-shares.ts";
import { REFERENCE } from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import type { StagedRows } from "../market/staging.ts";
import {
  type GateCounts,
  GateLoad,
  type GateLoadOptions,
  NO_COUNTS,
  type Refuse,
} from "./gate-load.ts";

export type JudgeOptions = Readonly<{
  /** Whether the quality gate judges the rows. */
  isGated: boolean;
  /** Which market cap counts where shares outstanding are known. */
  caps: CapChoice;
}>;

export class RowJudge {
  readonly #context: GateLoadOptions;
  readonly #caps: CapChoice;
  readonly #shares = new KnownShares();
  readonly #gate: GateLoad | undefined;

  constructor(context: GateLoadOptions, { isGated, caps }: JudgeOptions) {
    this.#context = context;
    this.#caps = caps;
    this.#gate = isGated ? new GateLoad(context) : undefined;
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
  }

  addFacts({ actions, shares = [] }: Facts): void {
    this.#shares.addFacts(shares);
    this.#shares.addActions(actions);
    this.#gate?.addActions(actions);
  }

  /** @returns the positions that stand; figures are repaired in place */
  async judge(rows: StagedRows, order: Int32Array, refuse: Refuse): Promise<Int32Array> {
    const { book } = this.#context;
    this.#shares.fill(rows, order, (symbol) => book.tickerOf(symbol), this.#caps);
    return this.#gate ? this.#gate.judge(rows, order, refuse) : order;
  }

  /** What the gate said since the last call. */
  take(): GateNews {
    return this.#gate?.take() ?? noNews();
  }

  get counts(): GateCounts {
    return this.#gate?.counts ?? NO_COUNTS;
  }

  /** Goes on counting where an interrupted load stopped. */
  resume(counts: GateCounts): void {
    this.#gate?.resume(counts);
  }
}
