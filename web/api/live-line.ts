/**
 * A WebSocket that comes back: it is opened again after a pause that grows and is spread by chance, asked for a sign of
 * life when it is silent, and given up when it gives none.
 */

/**
 * connecting: nothing is told; live: all is well; stale: nothing was heard for too long, what is shown may be old;
 * closed: for good.
 */
export type Status = "connecting" | "live" | "stale" | "closed";

export type LineOptions = Readonly<{
  /** Where to connect, asked before each attempt. One that throws what {@link isFinal} names closes the line. */
  address: () => string | Promise<string>;
  onOpen: () => void;
  onText: (text: string) => void;
  onLost: () => void;
  onStatus: (status: Status) => void;
  /** The attempt that failed is the last one; `error` says why. */
  onRefused: (error: unknown) => void;
  /** Asks for a sign of life. */
  ping: () => void;
  isFinal: (error: unknown) => boolean;
  /** After so much silence a sign of life is asked for. */
  heartbeatMs: number;
  /** How long it may take; then the line is stale, and after three times as long it is given up. */
  answerMs: number;
  /** The longest pause before the first further attempt; it doubles up to `pauseMsMax`. */
  pauseMs: number;
  pauseMsMax: number;
  random: () => number;
}>;

export class Line {
  readonly #options: LineOptions;
  #socket: WebSocket | undefined;
  #status: Status = "connecting";
  #failures = 0;
  #heardMs = 0;
  #pingMs: number | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
    void this.#open();
  }

  get status(): Status {
    return this.#status;
  }

  /** Nothing is sent while it is not open. */
  send(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** Gives this connection up and makes another. */
  drop(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    clearInterval(this.#watch);
    socket.close();
    this.#options.onLost();
    this.#again();
  }

  close(): void {
    clearTimeout(this.#pause);
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#told("closed");
    socket?.close();
  }

  async #open(): Promise<void> {
    try {
      const address = await this.#options.address();
      if (this.#status === "closed") return;
      this.#listen(new WebSocket(address));
    } catch (error) {
      if (this.#status === "closed") return;
      if (this.#options.isFinal(error)) {
        this.close();
        this.#options.onRefused(error);
      } else this.#again();
    }
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    const ifThis = (work: () => void) => () => {
      if (this.#socket === socket) work();
    };
    this.#heard();
    this.#pingMs = undefined;
    this.#watch = setInterval(
      ifThis(() => this.#look()),
      Math.min(this.#options.heartbeatMs, this.#options.answerMs) / 2,
    );
    socket.addEventListener("open", ifThis(this.#options.onOpen));
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket !== socket) return;
      this.#heard();
      this.#failures = 0;
      this.#told("live");
      this.#options.onText(String(data));
    });
    // An error is followed by the end, and that alone is told for a handshake that was refused.
    socket.addEventListener(
      "close",
      ifThis(() => this.drop()),
    );
  }

  #heard(): void {
    this.#heardMs = performance.now();
    this.#pingMs = undefined;
  }

  /** By what was measured, not by how often it was looked: a page that lies hidden is woken once a minute. */
  #look(): void {
    const { heartbeatMs, answerMs, ping } = this.#options;
    const now = performance.now();
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      // A handshake that nobody answers.
      if (now - this.#heardMs > heartbeatMs + answerMs) this.drop();
      return;
    }
    if (this.#pingMs === undefined) {
      if (now - this.#heardMs < heartbeatMs) return;
      this.#pingMs = now;
      ping();
      return;
    }
    const silentMs = now - this.#pingMs;
    if (silentMs > 3 * answerMs) this.drop();
    else if (silentMs > answerMs) this.#told("stale");
  }

  #again(): void {
    this.#told("connecting");
    const { pauseMs, pauseMsMax, random } = this.#options;
    const most = Math.min(pauseMsMax, pauseMs * 2 ** this.#failures++);
    this.#pause = setTimeout(() => void this.#open(), most * random());
  }

  #told(status: Status): void {
    if (this.#status === status || this.#status === "closed") return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}
