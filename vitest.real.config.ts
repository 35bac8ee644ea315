import { apart, common } from "./vitest.config.ts";

/** The tests that need real servers or years of captured data, one file at a time; each skips with its reason when those are absent. */
export default {
  ...common,
  test: {
    ...common.test,
    include: apart,
    exclude: [],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};
