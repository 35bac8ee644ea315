import { describe, expect, it } from "vitest";
import { WordTable } from "../../lib/sources/words.ts";

const find = (words: WordTable, text: string) => words.find(Buffer.from(text), 0, text.length);

describe("WordTable", () => {
  it("gives the text between two bytes, without the spaces around it", () => {
    const words = new WordTable();
    expect(words.find(Buffer.from("x, NYSE Arca ,y"), 2, 13)).toBe("NYSE Arca");
    expect(find(words, "  ")).toBe("");
    expect(find(words, "")).toBe("");
  });

  it("tells words apart that begin or end alike, whatever came before", () => {
    const words = new WordTable();
    const texts = ["nyse", "nasdaq", "nys", "amex", "", "nysee", "nyse", "amey", "nasdaq"];
    expect(texts.map((text) => find(words, text))).toEqual(texts);
  });

  it("keeps a word when the bytes it was found in change", () => {
    const words = new WordTable();
    const bytes = Buffer.from("amex");
    words.find(bytes, 0, 4);
    bytes.write("nyse");
    expect(words.find(bytes, 0, 4)).toBe("nyse");
    expect(find(words, "amex")).toBe("amex");
  });

  it("goes on giving words after it stopped keeping them", () => {
    const words = new WordTable();
    const texts = Array.from({ length: 100 }, (_, number) => `word ${number}`);
    expect([...texts, ...texts].map((text) => find(words, text))).toEqual([...texts, ...texts]);
  });
});
