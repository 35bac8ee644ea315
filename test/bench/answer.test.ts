// What a load reads of answers: of every form a server may give them, however they are cut on the way.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Answer, AnswerReader } from "../../bench/load/answer.ts";
import { drive } from "../../bench/load/driver.ts";

/** Reads pieces as a connection does: each lies where the one before lay. */
function read(reader: AnswerReader, pieces: readonly Uint8Array[]): Answer[] {
  const memory = Buffer.alloc(65_536);
  return pieces.flatMap((piece) => {
    memory.set(piece);
    const answer = reader.take(memory.subarray(0, piece.length));
    memory.fill(0);
    return answer ?? [];
  });
}

function cut(text: string, lengths: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text, "latin1");
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let n = 0; from < bytes.length; n++) {
    const length = lengths[n % lengths.length]!;
    pieces.push(bytes.subarray(from, from + length));
    from += length;
  }
  return pieces;
}

const answer = (bytes: number, status = 200, isLast = false) => ({ status, bytes, isLast });

const FORMS: readonly (readonly [string, string, Answer])[] = [
  ["of a told length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345", answer(5)],
  ["without a body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", answer(0)],
  [
    "304, whose length is that of another",
    "HTTP/1.1 304 \r\ncontent-length: 9\r\n\r\n",
    answer(0, 304),
  ],
  ["204", "HTTP/1.1 204 No Content\r\ndate: x\r\n\r\n", answer(0, 204)],
  [
    "in chunks, with an extension and a trailer",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
      `5;a=b\r\n12\r\n5\r\nA\r\n${"x".repeat(10)}\r\n0\r\nDigest: 0\r\n\r\n`,
    answer(15),
  ],
  [
    "that is the last",
    "HTTP/1.1 503 Away\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
    answer(2, 503, true),
  ],
];

describe("an answer", () => {
  it.each(FORMS)(
    "%s is read whole, however it is cut, and the next one too",
    (_, text, expected) => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (lengths) => {
          const reader = new AnswerReader();
          expect(read(reader, cut(text, lengths))).toEqual([expected]);
          expect(read(reader, cut(text, [7]))).toEqual([expected]);
        }),
      );
    },
  );

  it("without a length ends with its connection", () => {
    const reader = new AnswerReader();
    expect(read(reader, cut("HTTP/1.1 200 OK\r\ndate: x\r\n\r\n12345", [9]))).toEqual([]);
    expect(reader.end()).toEqual(answer(5));
  });

  it.each([
    ["another protocol", "220 ready for mail\r\n\r\n"],
    ["a chunk without a size", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
    ["a head without end", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(70_000)}`],
  ])("is none when it has %s", (_, text) => {
    expect(() => read(new AnswerReader(), cut(text, [1000]))).toThrow(/no answer|no size|no end/);
  });
});

describe("a load", () => {
  const FORMS_OF_NODE: Readonly<Record<string, (response: ServerResponse) => void>> = {
    "/length": (response) => response.end("12345"),
    "/chunks": (response) => {
      response.write("123");
      setTimeout(() => response.end("45"), 5);
    },
    "/rest": (response) => {
      response.useChunkedEncodingByDefault = false;
      response.write("12345");
      response.end();
    },
    "/close": (response) => response.setHeader("connection", "close").end("12345"),
  };

  it.each(Object.keys(FORMS_OF_NODE))("counts what Node's server answers at %s", async (path) => {
    const server = createServer((_, response) => FORMS_OF_NODE[path]!(response));
    server.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => server.closeAllConnections());
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const found = await drive({ url, shot: () => ({ path }), connections: 2, seconds: 0.1 });
    expect(found.failures).toEqual(new Map());
    expect(found.requests).toBeGreaterThan(3);
    expect(found.bytes).toBe(5 * found.requests);
  });
});
