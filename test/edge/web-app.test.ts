// The web app as it is served: its page, the files under it, and what browsers may keep and run.
import { readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { handler } from "../../functions/system/web.ts";
import type { Reply } from "../../lib/edge/reply.ts";
import { appBuilt, type BuiltApp } from "../../web/built.ts";
import { bodyOf, call } from "./call.ts";

const ask = (path: string, headers: Record<string, string> = {}): Promise<Reply> => {
  const file = path.split("/app/")[1];
  return call(handler, `GET ${path}`, {
    headers,
    ...(file !== undefined && { routeKey: "GET /app/{file}", pathParameters: { file } }),
  });
};

const { body: page, headers: pageHeaders } = await ask("/");
const loaded = [...page.matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, path]) => path!);

describe("GET /", () => {
  it("has no script or style in it and names nothing that is elsewhere", () => {
    expect(pageHeaders["content-type"]).toBe("text/html; charset=utf-8");
    expect(page).not.toMatch(/https?:|<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
    expect(loaded.length).toBeGreaterThan(0);
  });

  it("may load what this service sends, and nothing else", () => {
    expect(pageHeaders["content-security-policy"]?.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      // Where live connections are; nothing else of that host.
      "connect-src 'self' ws://localhost:3001",
      "font-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it("is asked for at every visit, and not sent again", async () => {
    expect(pageHeaders["cache-control"]).toBe("no-cache");
    const again = await ask("/", { "if-none-match": pageHeaders.etag! });
    expect(again).toMatchObject({ statusCode: 304, body: "" });
  });
});

describe("GET /app/{file}", () => {
  it.each(loaded)("%s is there, and a browser keeps it for good", async (path) => {
    const { statusCode, headers } = await ask(path);
    expect(statusCode).toBe(200);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(headers.etag).toMatch(/^W\//);
  });

  it("is one text in every encoding", async () => {
    const script = loaded.find((path) => path.endsWith(".js"))!;
    const [plain, br, gzip] = await Promise.all(
      ["", "gzip, br", "gzip"].map((encoding) => ask(script, { "accept-encoding": encoding })),
    );
    expect(plain!.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(br!.headers).toMatchObject({ "content-encoding": "br", etag: plain!.headers.etag });
    expect(gzip!.headers).toMatchObject({ "content-encoding": "gzip", etag: plain!.headers.etag });
    const bytes = (reply: Reply) => Buffer.from(reply.body, "base64");
    expect(brotliDecompressSync(bytes(br!)).toString()).toBe(plain!.body);
    expect(gunzipSync(bytes(gzip!)).toString()).toBe(plain!.body);
  });

  it("names the terms of every package in it, which a build may change", async () => {
    const { body, headers } = await ask("/app/licenses.md");
    expect(body).toContain("## react-dom");
    expect(headers["cache-control"]).toBe("public, max-age=600");
  });

  it.each(["index.html", "other.js", "index-00000000.js", "..%2fapp.json", "toString", ""])(
    "has no file %j",
    async (file) => {
      const answer = await ask(`/app/${file}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.headers["content-type"]).toBe("application/problem+json");
      expect(bodyOf(answer)).toMatchObject({ code: "UNKNOWN_ROUTE", routes: ["GET /"] });
    },
  );
});

describe("web/dist/app.json", () => {
  const built = () => readFileSync("web/dist/app.json", "utf8");

  it("is not built again while it stands", () => {
    const before = built();
    appBuilt();
    expect(built()).toBe(before);
  });

  it("shows React as its users get it, without what helps its developers", () => {
    const app = JSON.parse(built()) as BuiltApp;
    const scripts = Object.entries(app.files).filter(([name]) => name.endsWith(".js"));
    for (const [name, { br }] of scripts) {
      const text = brotliDecompressSync(Buffer.from(br, "base64")).toString();
      expect(text.includes("Download the React DevTools"), name).toBe(false);
    }
  });
});
