import { env } from "node:process";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Where `.ci/run` wants the results; without it only the terminal gets them. */
const results = env["PATCHRING_TEST_RESULTS"];

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
  },
});
export default config;
