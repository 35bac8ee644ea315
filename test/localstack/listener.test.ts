import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type ListenerOptions, listen } from "../../localstack/embedded/listener.ts";

async function opened(options: Partial<ListenerOptions> = {}) {
  const listener = await listen({
    name: "embedded thing",
    port: 0,
    respond: async (_, response) => void response.end("here"),
    ...options,
  });
  onTestFinished(listener.close);
  return listener;
}

describe("listen", () => {
  it("takes a free port of the loopback and answers there", async () => {
    const { port, url } = await opened();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(url)).text()).toBe("here");
  });

  it("names the part and the port when somebody else listens there", async () => {
    const { port } = await opened();
    await expect(opened({ port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: `Port ${port} for the embedded thing is taken; stop what listens there or choose another port.`,
      details: { port },
    });
  });

  it("answers 500 and says why on the console when the answer fails", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const failure = new Error("no answer");
    const { url } = await opened({
      respond: () => Promise.reject(failure),
      failureBody: '{"error":"ERR internal error"}',
    });
    const response = await fetch(`${url}/path`);
    expect([response.status, await response.text()]).toEqual([
      500,
      '{"error":"ERR internal error"}',
    ]);
    expect(said).toHaveBeenCalledWith("embedded thing: GET /path", failure);
  });

  it("cuts an answer that fails in the middle, so that nobody takes it for whole", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { url } = await opened({
      respond: async (_, response) => {
        response.writeHead(200, { "content-length": 100 }).write("half");
        throw new Error("the other half is gone");
      },
    });
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  });

  it("closes connections that clients keep open", async () => {
    const { port, close } = await opened();
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const closed = once(socket, "close");
    await close();
    await closed;
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  });
});
