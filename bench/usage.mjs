/** Preloaded into a measured process: on exit writes its peak memory to the file that the environment names. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  writeFileSync(process.env.PATCHRING_BENCH_USAGE, String(process.resourceUsage().maxRSS * 1024));
});
