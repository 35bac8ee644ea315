import { describe, expect, it } from "vitest";
import { redaction } from "../../../lib/sources/vendor/secrets.ts";

describe("redaction", () => {
  it("hides a key of a header with and without the word before it", () => {
    const clean = redaction({ Authorization: "Bearer abc123" }, {});
    expect(clean('sent "Bearer abc123", your key abc123 is not known')).toBe(
      'sent "***", your key *** is not known',
    );
  });

  it("hides a key of a query plain and as a URL writes it", () => {
    const clean = redaction({}, { token: "a b/c" });
    expect(clean("a b/c a%20b%2Fc a+b%2Fc")).toBe("*** *** ***");
  });

  it("leaves headers that hold no key", () => {
    expect(redaction({ "User-Agent": "equipoise" }, { token: "" })("equipoise")).toBe("equipoise");
  });
});
