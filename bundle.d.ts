import type { BuildOptions } from "esbuild";

export const esbuild: BuildOptions;
export const budgetBytes: (file: string) => number;
export const buildId: () => string;
