import { apart, common } from "./vitest.config.ts";

/**
 * The tests that want real servers or years of captured data or take long, one file at a time; each skips with its reason
 * when what it wants is absent. The functions are tested a second time, on real servers.
 */
export default {
  ...common,
  test: {
    ...common.test,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: "apart", include: apart, exclude: ["test/real/web/**"] },
      },
      // The app in a browser: one service for all of them.
      {
        extends: true,
        test: {
          name: "web",
          include: ["test/real/web/**/*.test.ts"],
          globalSetup: ["test/real/web/service.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "functions",
          include: ["test/functions/*.test.ts"],
          globalSetup: ["test/real/servers.ts"],
        },
      },
    ],
  },
};
