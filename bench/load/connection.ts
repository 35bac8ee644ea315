/**
 * A kept connection that asks one thing at a time and reads into one piece of memory. Node's own client has a new one of
 * 64 kB for every read and copies every body: at 3,000 answers of 22 kB a second V8 collects all garbage eight times a second
 * for it, and every request under way was charged with those pauses of this process.
 */
import { connect, type Socket } from "node:net";
import { type Answer, AnswerReader } from "./answer.ts";

const READ_BYTES = 65_536;
const ANSWERED_WITHIN_MS = 30_000;

type Waiting = Readonly<{ resolve: (answer: Answer) => void; reject: (error: Error) => void }>;

/** The connection was over before a byte of an answer came. */
export class NotAnswered extends Error {}

export class Connection {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #waiting: Waiting | undefined;
  #hasBegun = false;
  #answers = 0;
  #failure: Error | undefined;

  constructor(port: number) {
    const memory = Buffer.alloc(READ_BYTES);
    this.#socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      onread: {
        buffer: memory,
        callback: (length) => {
          this.#read(memory.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.setTimeout(ANSWERED_WITHIN_MS, () => this.#over(new Error("no answer in time")));
    this.#socket.on("error", (error) => this.#over(error));
    this.#socket.on("end", () => {
      const answer = this.#reader.end();
      if (answer) this.#answered({ ...answer, isLast: true });
    });
    this.#socket.on("close", () => this.#over(new Error("socket hang up")));
  }

  /** Whether it answered before: a server may then have closed it just when it is used again. */
  get isUsed(): boolean {
    return this.#answers > 0;
  }

  get isOver(): boolean {
    return this.#failure !== undefined;
  }

  /** @param request head and body as they are sent. @throws NotAnswered; Error for what failed later */
  ask(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#hasBegun = false;
      if (this.#failure) this.#over(this.#failure);
      else this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#over(new Error("closed"));
  }

  #read(bytes: Buffer): void {
    this.#hasBegun = true;
    try {
      const answer = this.#reader.take(bytes);
      if (answer) this.#answered(answer);
    } catch (error) {
      this.#over(error as Error);
    }
  }

  #answered(answer: Answer): void {
    this.#answers++;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (answer.isLast) this.close();
    waiting?.resolve(answer);
  }

  #over(error: Error): void {
    this.#failure ??= error;
    this.#socket.destroy();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#hasBegun ? error : new NotAnswered(error.message, { cause: error }));
  }
}
