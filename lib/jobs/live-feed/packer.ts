/** Packs the ticks of one lane into frames: columns that are filled row by row and sealed as one record of the log. */
import type { FeedTick } from "../../feed.ts";
import { encodeFrame } from "../../stream/frame.ts";
import { TICK } from "../../stream/ticks.ts";

/** Where the head of a frame has its rows. */
const ROWS_AT = 8;

export type Sealed = Readonly<{
  bytes: Uint8Array;
  rows: number;
}>;

export type PackerOptions = Readonly<{
  /** "simulate/0" */
  producer: string;
  /** When the producer started, epoch ms. */
  epochMs: number;
  isLive: boolean;
  /** Rows of a full frame; with 8,192 it has 450 kB at most. */
  rowsMax: number;
}>;

/** Where a symbol stands in the frame that is being filled. */
export type Place = { frame: number; index: number };

export class Packer {
  readonly #options: PackerOptions;
  readonly #timeMs: Float64Array;
  readonly #price: Float64Array;
  readonly #size: Float64Array;
  readonly #id: Float64Array;
  readonly #symbol: Int32Array;
  readonly #flags: Uint8Array;
  #symbols: string[] = [];
  #rows = 0;
  #number = 1;
  #hasIds = false;
  #hasFlags = false;
  #clockMs = Number.NaN;
  /** What the last frame said. */
  #toldClockMs = Number.NaN;

  constructor(options: PackerOptions) {
    this.#options = options;
    const { rowsMax } = options;
    this.#timeMs = new Float64Array(rowsMax);
    this.#price = new Float64Array(rowsMax);
    this.#size = new Float64Array(rowsMax);
    this.#id = new Float64Array(rowsMax);
    this.#symbol = new Int32Array(rowsMax);
    this.#flags = new Uint8Array(rowsMax);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows === this.#options.rowsMax;
  }

  /** Whether a frame without rows would say something new. */
  get hasNews(): boolean {
    return !Number.isNaN(this.#clockMs) && this.#clockMs !== this.#toldClockMs;
  }

  /** @param place of the symbol, which the caller keeps: one look-up per tick finds lane and place */
  push(tick: FeedTick, place: Place): void {
    const row = this.#rows++;
    if (place.frame !== this.#number) {
      place.frame = this.#number;
      place.index = this.#symbols.push(tick.symbol) - 1;
    }
    this.#symbol[row] = place.index;
    this.#timeMs[row] = tick.timeMs;
    this.#price[row] = tick.price;
    this.#size[row] = tick.size;
    this.#id[row] = tick.id ?? Number.NaN;
    if (tick.id !== undefined) this.#hasIds = true;
    const flags =
      (tick.irregular === true ? TICK.irregular : 0) |
      (tick.change === undefined ? 0 : TICK[tick.change]);
    this.#flags[row] = flags;
    if (flags !== 0) this.#hasFlags = true;
  }

  /** What the feed has said of its time; the next frame says it. It never goes back. */
  tellClock(clockMs: number): void {
    if (!(clockMs <= this.#clockMs)) this.#clockMs = clockMs;
  }

  /** The rows so far as a frame, which may have none. Numbers ascend by 1 from 1. */
  seal(sentMs: number): Sealed {
    const rows = this.#rows;
    const { producer, epochMs, isLive } = this.#options;
    const bytes = encodeFrame({
      producer,
      epochMs,
      number: this.#number,
      sentMs,
      clockMs: Number.isNaN(this.#clockMs) ? null : this.#clockMs,
      isLive,
      symbols: this.#symbols,
      rows,
      columns: {
        timeMs: this.#timeMs,
        price: this.#price,
        size: this.#size,
        symbol: this.#symbol,
        ...(this.#hasIds && { id: this.#id }),
        ...(this.#hasFlags && { flags: this.#flags }),
      },
    });
    this.#number++;
    this.#rows = 0;
    this.#symbols = [];
    this.#hasIds = false;
    this.#hasFlags = false;
    this.#toldClockMs = this.#clockMs;
    return { bytes, rows };
  }
}

/** Rows of a frame this file has packed, which may be an earlier process's. */
export const rowsOf = (frame: Uint8Array): number =>
  new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(ROWS_AT, true);
