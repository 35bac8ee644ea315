/** Messages over a live connection and their answers, told apart by ids; what the service could not answer is sent again. */

export type Frame = Readonly<Record<string, unknown> & { type: string }>;

/** Why a message was refused, in the service's own words. */
export type Refusal = Readonly<{ code: string; detail: string }> &
  Readonly<Record<string, unknown>>;

type Waiting = {
  message: Readonly<Record<string, unknown>>;
  tries: number;
  /** Frames of the answer that came, and the last of them, which says how many there are before it. */
  parts: number;
  last: Frame | undefined;
  timer: ReturnType<typeof setTimeout>;
  onFrame: (frame: Frame) => void;
  onRefused: (refusal: Refusal) => void;
};

export type RequestsOptions = Readonly<{
  send: (text: string) => void;
  /** No answer came, several times: nobody is there. */
  onSilence: () => void;
  /** How long to wait for an answer. */
  answerMs: number;
  /** From 0 to 1; spreads what many send again. */
  random: () => number;
}>;

/** What the service may do better the next time. */
const PASSING = ["RATE_LIMITED", "DEPENDENCY_DOWN", "INTERNAL"];
const TRIES_MAX = 4;
const PAUSE_MS = 1_000;

export class Requests {
  readonly #options: RequestsOptions;
  readonly #waiting = new Map<string, Waiting>();
  #last = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** @param onFrame is told every frame of the answer, the last one last; the others say `more: true` */
  ask(
    message: Waiting["message"],
    onFrame: Waiting["onFrame"],
    onRefused: Waiting["onRefused"],
  ): void {
    const id = String(++this.#last);
    const timer = setTimeout(() => {}, 0);
    this.#waiting.set(id, {
      message,
      tries: 0,
      parts: 0,
      last: undefined,
      timer,
      onFrame,
      onRefused,
    });
    this.#send(id);
  }

  /** @returns whether the frame answers something that was asked */
  answered(frame: Frame): boolean {
    const id = typeof frame.id === "string" ? frame.id : "";
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return false;
    clearTimeout(waiting.timer);
    if (frame.type === "error") {
      this.#failed(id, waiting, frame as Refusal & Frame);
      return true;
    }
    if (frame.more === true) {
      waiting.parts++;
      waiting.onFrame(frame);
    } else waiting.last = frame;
    const { last, parts } = waiting;
    if (last === undefined || parts < (Number(last.parts) || 0)) {
      this.#expect(id, waiting);
      return true;
    }
    this.#waiting.delete(id);
    waiting.onFrame(last);
    return true;
  }

  /** Nobody is to answer any more. */
  clear(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #send(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.tries++;
    waiting.parts = 0;
    waiting.last = undefined;
    this.#expect(id, waiting);
    this.#options.send(JSON.stringify({ ...waiting.message, id }));
  }

  #expect(id: string, waiting: Waiting): void {
    waiting.timer = setTimeout(() => {
      if (waiting.tries < TRIES_MAX) this.#send(id);
      else this.#options.onSilence();
    }, this.#options.answerMs);
  }

  #failed(id: string, waiting: Waiting, refusal: Refusal): void {
    if (!PASSING.includes(refusal.code) || waiting.tries >= TRIES_MAX) {
      this.#waiting.delete(id);
      waiting.onRefused(refusal);
      return;
    }
    const told = Number(refusal.retry_after_seconds) * 1000 || 0;
    const pauseMs = told + PAUSE_MS * 2 ** (waiting.tries - 1) * this.#options.random();
    waiting.timer = setTimeout(() => this.#send(id), pauseMs);
  }
}
