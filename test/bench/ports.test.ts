// Ports for parts that are to come back where they were.
import { expect, it } from "vitest";
import { freePorts } from "../../bench/load/ports.ts";

it("are different, and nobody listens there", async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) {
    const refused = await fetch(`http://127.0.0.1:${port}`).catch(({ cause }) => cause);
    expect(refused).toMatchObject({ code: "ECONNREFUSED" });
  }
});
