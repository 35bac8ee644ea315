import { expect, it } from "vitest";
import { csv } from "../../lib/edge/csv.ts";

it("names every field once and leaves absent ones empty", () => {
  expect(
    csv([
      { a: 1, b: null },
      { c: "x", a: 0.1 + 0.2 },
    ]),
  ).toBe("a,b,c\r\n1,,\r\n0.30000000000000004,,x\r\n");
});

it("gives no rows as an empty text", () => {
  expect(csv([])).toBe("");
});

it("quotes commas, quotes and line ends", () => {
  expect(csv([{ "a,b": 'say "x"\nthen y' }])).toBe('"a,b"\r\n"say ""x""\nthen y"\r\n');
});

it("disarms text that a spreadsheet would run, and leaves numbers alone", () => {
  const cells = ["=1+1", "+1", "-1", "@x", "\t=1", '=HYPERLINK("http://x","y")', -1];
  expect(
    csv(cells.map((value) => ({ value })))
      .split("\r\n")
      .slice(1, -1),
  ).toEqual(["'=1+1", "'+1", "'-1", "'@x", "'\t=1", '"\'=HYPERLINK(""http://x"",""y"")"', "-1"]);
});

it("gives a row with lists of rows one line per entry", () => {
  const change = { date: "2024-01-02", entered: [{ ticker: "A" }], exited: [{ ticker: "B" }] };
  expect(csv([change, { date: "2024-01-03", entered: [], exited: [] }])).toBe(
    "date,event,ticker\r\n2024-01-02,entered,A\r\n2024-01-02,exited,B\r\n",
  );
});

it("gives lists of plain values and objects as JSON", () => {
  expect(csv([{ a: ["x", 1], b: { c: 1 } }])).toBe('a,b\r\n"[""x"",1]","{""c"":1}"\r\n');
});
