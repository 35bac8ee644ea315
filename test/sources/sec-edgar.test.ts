import { describe, expect, it } from "vitest";
import { SEC_CONTACT, secEdgar } from "../../lib/sources/sec-edgar.ts";
import { CONTACT, type EdgarPlan, edgarStub, TOO_FAST, UNDECLARED } from "./stubs/sec-edgar.ts";
import { virtualWorld } from "./stubs/vendor-stub.ts";

const LIST = "/files/company_tickers_exchange.json";
const PLAIN = "/files/company_tickers.json";
const facts = (cik: number) => `/api/xbrl/companyfacts/CIK${String(cik).padStart(10, "0")}.json`;

const PLAN: EdgarPlan = {
  listed: [
    [1, "Alpha Inc.", "AAA", "Nasdaq"],
    [1, "Alpha Inc.", "AAA-PC", "NYSE"],
    [2, "Beta Corp", "BBB", "NYSE"],
    [3, "Classes Inc", "CCC-A", "NYSE"],
    [3, "Classes Inc", "CCC-B", "NYSE"],
    [4, "Letters Inc", "LLL", "Nasdaq"],
    [4, "Letters Inc", "LLLC", "Nasdaq"],
    [5, "No Numbers Ltd", "NON", "NYSE"],
  ],
  plain: [[6, "Only Plain Inc", "OOO"]],
  companies: {
    1: { dei: [["2023-04-21", 1000, "2023-05-04"]] },
    2: { dei: [["2023-04-21", 2000, "2023-05-04"]] },
    3: { dei: [["2023-04-21", 3000, "2023-05-04"]] },
    4: { gaap: [["2023-03-31", 4000, "2023-05-04", "10-K"]] },
    6: { dei: [["2023-04-21", 6000, "2023-05-04"]] },
    7: { dei: [["2023-04-21", 7000, "2023-05-04"]] },
  },
};

async function open(
  tickers: readonly string[],
  plan: Partial<EdgarPlan> = {},
  options: Readonly<{ ciks?: () => Promise<Readonly<Record<string, string>>> }> = {},
) {
  const stub = await edgarStub({ ...PLAN, ...plan });
  const world = virtualWorld();
  const days = { from: 20230101, to: 20231231 };
  const source = secEdgar(
    { tickers, ...days, contact: CONTACT, baseUrl: stub.url, ...options },
    world,
  );
  return { source, stub, world };
}

type Source = Awaited<ReturnType<typeof open>>["source"];

const sharesOf = async (source: Source) =>
  (await source.facts()).shares?.map(({ ticker, shares }) => `${ticker} ${shares}`);
const reasonsOf = ({ failures }: Source) =>
  failures?.().map(({ ticker, reason }) => `${ticker} ${reason}`);

describe("shares from the SEC", () => {
  it("say who told them, when and of which day", async () => {
    const { source, stub } = await open(["AAA"]);
    expect((await source.facts()).shares).toEqual([
      {
        ticker: "AAA",
        effectiveDate: 20230421,
        knownAt: 20230504,
        shares: 1000,
        source: "sec-edgar 10-Q 0000000000-23-050004",
      },
    ]);
    expect(stub.requests.map(({ path }) => path)).toEqual([LIST, facts(1)]);
    expect(stub.requests[0]?.headers["user-agent"]).toBe(`equipoise ${CONTACT}`);
    expect([source.doneUnits(), source.totalUnits, source.failures?.()]).toEqual([1, 1, []]);
  });

  it("come without rows", async () => {
    const { source } = await open(["AAA"]);
    for await (const batch of source.rows(() => expect.fail("a row was refused"))) {
      expect.fail(`a batch of ${batch.count} rows`);
    }
    expect(source.capabilities).toMatchObject({ dailyBars: false, sharesOutstanding: true });
  });

  it("are asked for once a company, for all its lines", async () => {
    const { source, stub } = await open(["LLL", "LLLC", "LLL"]);
    expect(await sharesOf(source)).toEqual(["LLL 4000", "LLLC 4000"]);
    await source.facts();
    expect(stub.requests.map(({ path }) => path)).toEqual([LIST, facts(4)]);
  });

  it("look into the second list only for whom the first does not name", async () => {
    const { source, stub } = await open(["AAA", "OOO", "GONE"]);
    expect(await sharesOf(source)).toEqual(["AAA 1000", "OOO 6000"]);
    expect(stub.requests.map(({ path }) => path)).toEqual([LIST, PLAIN, facts(1), facts(6)]);
    expect(reasonsOf(source)).toEqual(["GONE UNKNOWN_TICKER"]);
    expect(source.doneUnits()).toBe(3);
  });

  it("are found by CIK without any list, also for a ticker that is another's today", async () => {
    const { source, stub } = await open(
      ["AAA", "X/Y"],
      {},
      { ciks: async () => ({ AAA: "7", "X-Y": "0000000002" }) },
    );
    expect(await sharesOf(source)).toEqual(["AAA 7000", "X/Y 2000"]);
    expect(stub.requests.map(({ path }) => path)).toEqual([facts(7), facts(2)]);
  });

  it("are not given to a preferred stock, nor to one class of several", async () => {
    const { source, stub } = await open(["AAA/PC", "CCC/B", "AAA"]);
    expect(await sharesOf(source)).toEqual(["AAA 1000"]);
    expect(reasonsOf(source)).toEqual(["AAA/PC NOT_COMMON", "CCC/B SHARES_BY_CLASS"]);
    expect(source.failures?.()[1]?.detail).toContain("CCC-A, CCC-B");
    expect(stub.requests.map(({ path }) => path)).toEqual([LIST, facts(1)]);
  });

  it("are told to be missing where a company never filed numbers", async () => {
    const { source } = await open(["NON", "AAA"]);
    expect(await sharesOf(source)).toEqual(["AAA 1000"]);
    expect(reasonsOf(source)).toEqual(["NON NO_SHARES"]);
  });

  it("come with the company behind each ticker", async () => {
    const { source } = await open(["BBB"]);
    expect([...(await source.companies())]).toEqual([
      ["BBB", { ticker: "BBB", cik: "0000000002", name: "Beta Corp", exchange: "NYSE" }],
    ]);
  });

  it("are asked for at most nine times a second", async () => {
    const { source, world } = await open(["AAA", "BBB"]);
    await source.facts();
    expect(world.waits.map(Math.round)).toEqual([111, 111]);
  });
});

describe("who asks", () => {
  it.each([undefined, "", "Example Research", "a@b", "a\n b@example.com"])(
    "must be said: %j is not enough",
    (contact) => {
      const days = { from: 20230101, to: 20231231 };
      expect(() => secEdgar({ tickers: ["AAA"], ...days, contact }, virtualWorld())).toThrow(
        expect.objectContaining({
          code: "VENDOR_REFUSED",
          message: expect.stringContaining(`set ${SEC_CONTACT} to a name and a mail address`),
          details: { dependency: "sec-edgar", setting: SEC_CONTACT },
        }),
      );
    },
  );

  it.each([undefined, []])("must say for which tickers", (tickers) => {
    const options = { tickers, from: 20230101, to: 20231231, contact: CONTACT };
    expect(() => secEdgar(options, virtualWorld())).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST" }),
    );
  });
});

describe("faults of EDGAR", () => {
  it("refuse the job when it does not take the contact", async () => {
    const { source } = await open(["AAA"], { instead: () => UNDECLARED });
    await expect(source.facts()).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
      message: expect.stringContaining(SEC_CONTACT),
    });
  });

  it("end the asking when it was asked too fast, and keep what came", async () => {
    const { source, stub } = await open(["AAA", "BBB", "LLL", "LLLC"], {
      instead: ({ count }) => (count > 2 ? TOO_FAST : undefined),
    });
    expect(await sharesOf(source)).toEqual(["AAA 1000"]);
    expect(reasonsOf(source)).toEqual([
      "BBB DEPENDENCY_DOWN",
      "LLL DEPENDENCY_DOWN",
      "LLLC DEPENDENCY_DOWN",
    ]);
    expect(source.failures?.()[0]?.detail).toContain("come back in 600 s");
    expect(stub.requests.filter(({ path }) => path === facts(4)).length).toBeLessThanOrEqual(1);
  });

  it.each([
    ["a body cut short", { fault: "cut" }, "VENDOR_ANSWER"],
    ["another form", { json: { facts: [] } }, "VENDOR_ANSWER"],
    ["no JSON", { text: "<html>" }, "VENDOR_ANSWER"],
    ["a server that stays broken", { status: 500 }, "DEPENDENCY_DOWN"],
  ] as const)("leave the other companies standing: %s", async (_, answer, reason) => {
    const { source } = await open(["AAA", "BBB"], {
      instead: ({ path }) => (path === facts(1) ? answer : undefined),
    });
    expect(await sharesOf(source)).toEqual(["BBB 2000"]);
    expect(reasonsOf(source)).toEqual([`AAA ${reason}`]);
  });

  it("are waited for when they pass", async () => {
    const { source } = await open(["AAA"], {
      instead: ({ path, pathCount }) => {
        if (path !== facts(1) || pathCount > 2) return undefined;
        return pathCount === 1 ? { status: 429, headers: { "retry-after": "2" } } : { status: 503 };
      },
    });
    expect(await sharesOf(source)).toEqual(["AAA 1000"]);
    expect(source.failures?.()).toEqual([]);
  });

  it("end the job when there is nothing else", async () => {
    const { source } = await open(["AAA", "BBB"], {
      instead: ({ path }) => (path === LIST ? undefined : { json: { facts: [] } }),
    });
    await expect(source.facts()).rejects.toMatchObject({ code: "VENDOR_ANSWER" });
  });

  it("are one thing with a list that changed its form", async () => {
    const { source } = await open(["AAA"], { instead: () => ({ json: { fields: [] } }) });
    await expect(source.facts()).rejects.toMatchObject({ code: "VENDOR_ANSWER" });
  });
});
