/** Reads answers of HTTP/1.1 as they come in, for what a load wants of them: the status, and how long the body was. */

export type Answer = Readonly<{
  status: number;
  /** Of the body, as sent. */
  bytes: number;
  /** The server ends the connection after it. */
  isLast: boolean;
}>;

const HEAD_MAX = 65_536;

/** Where an answer stands: in its head, in a body of a known length, among chunks, or in one that ends with the connection. */
type Part = "head" | "body" | "chunks" | "rest";

export class AnswerReader {
  #part: Part = "head";
  /** What was read of a head, or of the line that tells a chunk's size. */
  #text = "";
  #status = 0;
  #isLast = false;
  #bytes = 0;
  /** Bytes of the body or of a chunk, with the line end behind it, that are still to come. */
  #left = 0;
  /** The chunk of size 0 came: what follows are lines up to an empty one. */
  #isTrailer = false;

  /**
   * @param bytes what came; nothing of it is kept, so the next bytes may be put in the same place
   * @returns the answer when it is whole. A client that asks one thing at a time has nothing behind it
   * @throws Error for what is no answer
   */
  take(bytes: Buffer): Answer | undefined {
    let from = 0;
    if (this.#part === "head") {
      from = this.#takeHead(bytes);
      if (from < 0) return undefined;
    }
    if (this.#part === "chunks") return this.#takeChunks(bytes, from) ? this.#whole() : undefined;
    const length = bytes.length - from;
    this.#bytes += length;
    if (this.#part === "rest") return undefined;
    this.#left -= length;
    return this.#left > 0 ? undefined : this.#whole();
  }

  /** The connection has ended. @returns the answer, where that is its end */
  end(): Answer | undefined {
    return this.#part === "rest" ? this.#whole() : undefined;
  }

  /** @returns where the body begins; -1 before that has come */
  #takeHead(bytes: Buffer): number {
    const known = this.#text.length;
    this.#text += bytes.toString("latin1", 0, Math.min(bytes.length, HEAD_MAX));
    const end = this.#text.indexOf("\r\n\r\n", Math.max(0, known - 3));
    if (end < 0) {
      if (this.#text.length >= HEAD_MAX) throw new Error("an answer has no end of its head");
      return -1;
    }
    const head = this.#text.slice(0, end);
    this.#text = "";
    const [, status] = /^HTTP\/1\.1 (\d{3})\b/.exec(head) ?? [];
    if (status === undefined) throw new Error(`no answer of HTTP/1.1: "${head.slice(0, 40)}"`);
    this.#status = Number(status);
    this.#isLast = /\r\nconnection: *close/i.test(head);
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    this.#left = Number(length ?? 0);
    if (this.#status === 204 || this.#status === 304) this.#left = 0;
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#part = "chunks";
    else if (length === undefined) this.#part = "rest";
    if (this.#part === "head") this.#part = "body";
    return end + 4 - known;
  }

  /** @returns whether the last chunk has come */
  #takeChunks(bytes: Buffer, begin: number): boolean {
    for (let at = begin; at < bytes.length; ) {
      if (this.#left > 0) {
        const length = Math.min(this.#left, bytes.length - at);
        this.#left -= length;
        at += length;
        continue;
      }
      const end = bytes.indexOf(10, at);
      this.#text += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
      if (end < 0) return false;
      at = end + 1;
      const line = this.#text.trim();
      this.#text = "";
      if (this.#isTrailer && line === "") return true;
      if (!this.#isTrailer) this.#beginChunk(line);
    }
    return false;
  }

  #beginChunk(line: string): void {
    const size = Number.parseInt(line, 16);
    if (!(size >= 0)) throw new Error(`no size of a chunk: "${line.slice(0, 40)}"`);
    this.#isTrailer = size === 0;
    this.#bytes += size;
    this.#left = size === 0 ? 0 : size + 2;
  }

  #whole(): Answer {
    const answer = { status: this.#status, bytes: this.#bytes, isLast: this.#isLast };
    this.#part = "head";
    this.#bytes = 0;
    this.#isTrailer = false;
    return answer;
  }
}
