#!/usr/bin/env node
// Starts the built command. In a checkout that was not built it says what to type.
import { existsSync } from "node:fs";

const built = new URL("../dist/main.js", import.meta.url);
if (existsSync(built)) {
  const { start } = await import(built.href);
  await start();
} else {
  process.stderr.write("patchring is not built yet. Run `npm run build` in its folder, then try again.\n");
  process.exitCode = 1;
}
