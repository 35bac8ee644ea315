// The id follows from the rules: equal rules have one id, however they are written.
import { describe, expect, it } from "vitest";
import {
  borrowedId,
  canonicalParameters,
  DEFAULT_PARAMETERS,
  type DefinitionParameters,
  defaultId,
  impliedRules,
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

describe("an id", () => {
  const codeOf = (id: string, changed: Partial<DefinitionParameters>) =>
    borrowedId({ id, parameters: withRules(changed) })?.code;

  it("that rules get by themselves is theirs, however they are spelled", () => {
    expect(codeOf("top50-ew", { size: 50 })).toBeUndefined();
    expect(codeOf("top100-ew", {})).toBeUndefined();
    const total = withRules({ return_type: "total" });
    expect(codeOf(defaultId(total), { return_type: "total" })).toBeUndefined();
  });

  it("that other rules get by themselves is not to be had", () => {
    expect(codeOf("top50-ew", { size: 60 })).toBe("RESERVED_INDEX_ID");
    expect(codeOf("top50-ew", { size: 50, rebalance: "monthly" })).toBe("RESERVED_INDEX_ID");
    expect(codeOf("top100-ew-5e73c9d0", {})).toBe("RESERVED_INDEX_ID");
    expect(codeOf("top100-ew-00000000", { return_type: "total" })).toBe("RESERVED_INDEX_ID");
  });

  it("of any other form is free", () => {
    for (const id of ["mine", "top50", "top050-ew", "top3001-ew", "top50-ew-", "top50-ew-5e73c9d"])
      expect(codeOf(id, { size: 60 }), id).toBeUndefined();
  });

  it("says what it means where that is the defaults with another size", () => {
    expect(impliedRules("top50-ew")).toEqual(withRules({ size: 50 }));
    expect(impliedRules("top3000-ew")?.size).toBe(3000);
    for (const id of ["top3001-ew", "top0-ew", "top100-ew-5e73c9d0", "mine"])
      expect(impliedRules(id), id).toBeUndefined();
  });

  it("that is refused tells what it stands for and what would be right", () => {
    expect(borrowedId({ id: "top50-ew", parameters: withRules({ size: 60 }) })).toMatchObject({
      message:
        'the id "top50-ew" stands for the default rules with 50 members; these rules are "top60-ew": leave the id out, or choose one of another form',
      details: { index: "top50-ew", default_id: "top60-ew", parameters: { size: 50 } },
    });
  });
});
