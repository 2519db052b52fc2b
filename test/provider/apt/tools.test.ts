import { afterEach, expect, it, vi } from "vitest";
import { describeWith } from "./tools.ts";

afterEach(() => vi.unstubAllEnvs());

it("does not let tests be skipped where CI is set", () => {
  vi.stubEnv("CI", "true");
  expect(() => describeWith(["no-such-tool"], "a suite", () => undefined)).toThrow(
    /SKIPPED: a suite: not installed: no-such-tool/,
  );
});
