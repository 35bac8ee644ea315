import base from "./vitest.config.ts";

/** The tests that need real servers (test/real), one file at a time; each skips with its reason when its server is absent. */
export default {
  ...base,
  test: {
    ...base.test,
    include: ["test/real/**/*.test.ts"],
    exclude: [],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};
