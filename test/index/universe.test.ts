// Who may enter: the universe's filters, records that begin and end, one line per issuer.
import { describe, expect, it } from "vitest";
import { market, members } from "./market-fixture.ts";

const HEADER = "ticker  from      to        country  type    issuer  primary";

/** Members of one day on which the first column has the largest cap, the next the second largest. */
const chosen = (
  tickers: string,
  records: string,
  rules: Parameters<ReturnType<typeof market>["build"]>[0] = {},
) => {
  const names = tickers.split(" ");
  const tiny = market({
    rows: names.map((ticker, i) => ({
      date: 20250303,
      ticker,
      close: 10,
      marketCap: 1000 - i,
    })),
    records: `${HEADER}\n${records}`,
  });
  return members(tiny.build({ size: 9, ...rules }))[0]!.slice("20250303 ".length);
};

describe("the universe", () => {
  it("lets a security without any record pass all filters", () => {
    expect(chosen("NONE DE", `DE 20200101 99991231 Germany common - -`)).toBe("NONE");
  });

  it("refuses other countries and types, and a record that does not say", () => {
    const records = `
      US     20200101  99991231  US       common  -  -
      DE     20200101  99991231  Germany  common  -  -
      WHERE  20200101  99991231  -        common  -  -
      ADR    20200101  99991231  US       adr     -  -
      WHAT   20200101  99991231  US       -       -  -
    `;
    expect(chosen("DE WHERE ADR WHAT US", records)).toBe("US");
    expect(
      chosen("DE WHERE ADR WHAT US", records, {
        universe: { countries: ["Germany", "United States"], security_types: ["adr", "common"] },
      }),
    ).toBe("DE ADR US");
  });

  it("asks for a record that is valid on the day itself, both ends included", () => {
    expect(
      chosen(
        "OVER LAST FIRST LATER",
        `
          OVER   20200101  20250302  US  common  -  -
          LAST   20200101  20250303  US  common  -  -
          FIRST  20250303  99991231  US  common  -  -
          LATER  20250304  99991231  US  common  -  -
        `,
      ),
    ).toBe("LAST FIRST");
  });

  it("drops a member in a gap between its records, though it is priced, and takes it back after", () => {
    const days = market({
      rows: `
        date        A       B
        2025-03-03  10@100  10@90
        2025-03-04  10@100  10@90
        2025-03-05  10@100  10@90
      `,
      records: `
        ${HEADER}
        A  20200101  20250303  US  common  -  -
        A  20250305  99991231  US  common  -  -
      `,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20250303 A", "20250304 B", "20250305 A"]);
  });

  it("takes a name once where its records overlap, by the one that began later", () => {
    const records = `
      A  20200101  99991231  US       common  a  -
      A  20240101  20261231  US       common  b  -
      B  20200101  99991231  US       common  -  -
      C  20200101  99991231  US       common  -  -
      C  20240101  99991231  Germany  common  -  -
      D  20200101  99991231  Germany  common  -  -
      D  20240101  20240630  US       common  -  -
    `;
    expect(chosen("A B C D", records)).toBe("A B");
    expect(chosen("A B C D", records, { one_per_issuer: false })).toBe("A B");
  });
});

describe("one line per issuer", () => {
  it("keeps the primary line, though another is larger", () => {
    const records = `
      GOOG   20200101  99991231  US  common  alphabet  0
      GOOGL  20200101  99991231  US  common  alphabet  1
    `;
    expect(chosen("GOOG GOOGL X", records)).toBe("GOOGL X");
    expect(chosen("GOOG GOOGL X", records, { one_per_issuer: false })).toBe("GOOG GOOGL X");
  });

  it("drops a line that is marked as not primary even where no issuer is named", () => {
    const records = `
      GOOG   20200101  99991231  US  common  -  0
      GOOGL  20200101  99991231  US  common  -  1
    `;
    expect(chosen("GOOG GOOGL X", records)).toBe("GOOGL X");
  });

  it("keeps the first in rank of lines that share an issuer, equal caps by ticker", () => {
    const records = `
      BRK/B  20200101  99991231  US  common  berkshire  -
      BRK/A  20200101  99991231  US  common  berkshire  -
    `;
    expect(chosen("BRK/B BRK/A X", records)).toBe("BRK/B X");
    const tied = market({
      rows: "date BRK/B BRK/A X\n2025-03-03 10@50 10@50 10@50",
      records: `${HEADER}\n${records}`,
    });
    expect(members(tied.build())).toEqual(["20250303 BRK/A X"]);
  });

  it("does not tie names without an issuer", () => {
    expect(
      chosen("A B", "A 20200101 99991231 US common - -\nB 20200101 99991231 US common - -"),
    ).toBe("A B");
  });

  it("prefers a primary line to an unmarked one, on the days it is valid", () => {
    const days = market({
      rows: `
        date        OLD    NEW
        2025-03-03  10@90  10@80
        2025-03-04  10@90  10@80
        2025-03-05  10@90  10@80
      `,
      records: `
        ${HEADER}
        OLD  20200101  99991231  US  common  corp  -
        NEW  20250304  20250304  US  common  corp  1
      `,
    }).build();
    expect(members(days)).toEqual(["20250303 OLD", "20250304 NEW", "20250305 OLD"]);
  });

  it("takes the place of a halted line by its carried price, not by its sister", () => {
    const days = market({
      rows: `
        date        A      B      X
        2025-03-03  10@90  10@80  10@5
        2025-03-04  .      10@80  10@5
      `,
      records: `
        ${HEADER}
        A  20200101  99991231  US  common  corp  -
        B  20200101  99991231  US  common  corp  -
      `,
    }).build();
    expect(members(days)).toEqual(["20250303 A X", "20250304 A* X"]);
  });
});
