import { apart, common, long, native } from "./vitest.config.ts";

/** What works in its own process alone: these share the cores, before those that measure or share a server. */
const working = [long, "test/real/openapi-*.test.ts"];

/**
 * The tests that want real servers or years of captured data or take long, most of them one file at a time; each skips with
 * its reason when what it wants is absent. The functions are tested a second time, on real servers.
 */
export default {
  ...common,
  test: {
    ...common.test,
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          ...native,
          name: "working",
          include: working,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "apart",
          include: apart,
          exclude: [...working, "test/real/web/**"],
          sequence: { groupOrder: 1 },
        },
      },
      // The app in a browser: one service for all of them.
      {
        extends: true,
        test: {
          name: "web",
          include: ["test/real/web/**/*.test.ts"],
          globalSetup: ["test/real/web/service.ts"],
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "functions",
          include: ["test/functions/*.test.ts"],
          globalSetup: ["test/real/servers.ts"],
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
};
