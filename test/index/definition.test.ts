// The id follows from the rules: equal rules have one id, however they are written.
import { describe, expect, it } from "vitest";
import {
  canonicalParameters,
  DEFAULT_PARAMETERS,
  type DefinitionParameters,
  defaultId,
} from "../../lib/index/definition.ts";

const withRules = (changed: Partial<DefinitionParameters>): DefinitionParameters => ({
  ...DEFAULT_PARAMETERS,
  ...changed,
});

describe("defaultId", () => {
  it("names the plain indices by their size", () => {
    expect(defaultId(DEFAULT_PARAMETERS)).toBe("top100-ew");
    expect(defaultId(withRules({ size: 50 }))).toBe("top50-ew");
  });

  it.each<[string, Partial<DefinitionParameters>]>([
    ["base_value", { base_value: 100 }],
    ["rebalance", { rebalance: "monthly" }],
    ["return_type", { return_type: "total" }],
    ["one_per_issuer", { one_per_issuer: false }],
    ["max_stale_days", { max_stale_days: 0 }],
    ["notional_per_constituent", { notional_per_constituent: 1 }],
    ["countries", { universe: { countries: ["Canada"], security_types: ["common"] } }],
    ["security_types", { universe: { countries: ["United States"], security_types: ["adr"] } }],
  ])("adds a hash where %s is another", (_, changed) => {
    const id = defaultId(withRules(changed));
    expect(id).toMatch(/^top100-ew-[0-9a-f]{8}$/);
    expect(id).not.toBe(defaultId(withRules({ ...changed, size: 99 })));
  });

  it("is one for rules written in another order", () => {
    const rules = withRules({
      universe: { countries: ["Canada", "United States"], security_types: ["common", "adr"] },
    });
    const { universe: _, ...rest } = rules;
    const turned: DefinitionParameters = {
      universe: {
        security_types: ["adr", "common", "adr"],
        countries: ["United States", "Canada"],
      },
      ...rest,
    };
    expect(canonicalParameters(turned)).toBe(canonicalParameters(rules));
    expect(defaultId(turned)).toBe(defaultId(rules));
  });

  it("stays as it is: stored indices are found by it", () => {
    expect(defaultId(withRules({ return_type: "total" }))).toBe("top100-ew-5e73c9d0");
  });
});
