// Ports for parts that are to come back where they were.
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { freePorts, listensAgain } from "../../bench/load/ports.ts";
import { type Listener, listen } from "../../localstack/embedded/listener.ts";

const part = (port: number) => (): Promise<Listener> =>
  listen({ name: "part", port, respond: async (_, response) => void response.end() });

it("are different, and nobody listens there", async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) {
    const refused = await fetch(`http://127.0.0.1:${port}`).catch(({ cause }) => cause);
    expect(refused).toMatchObject({ code: "ECONNREFUSED" });
  }
});

it("are waited for while something still holds them", async () => {
  const [port = 0] = await freePorts(1);
  const holder = createServer().listen(port, "127.0.0.1");
  await once(holder, "listening");
  let tries = 0;
  const { url, close } = await listensAgain(async () => {
    if (++tries === 3) await once(holder.close(), "close");
    return part(port)();
  });
  onTestFinished(close);
  expect(url).toBe(`http://127.0.0.1:${port}`);
  expect(tries).toBeGreaterThanOrEqual(3);
});

it("are not waited for when something else is wrong", async () => {
  let tries = 0;
  const wrong = async () => {
    tries++;
    throw new TypeError("no part");
  };
  await expect(listensAgain(wrong)).rejects.toThrow("no part");
  expect(tries).toBe(1);
});
