import { describe, expect, it } from "vitest";
import { parseStoreOptions } from "../../src/store/options.ts";

describe("the settings of the store", () => {
  it.each([
    ["a Fleet without a store", null, "/p/.patchring/state.db", "/p/.patchring/ledger.ndjson"],
    ["sqlite alone", { kind: "sqlite" }, "/p/.patchring/state.db", "/p/.patchring/ledger.ndjson"],
    ["a path", { kind: "sqlite", path: "var/s.db" }, "/p/var/s.db", "/p/var/ledger.ndjson"],
    ["an absolute path", { kind: "sqlite", path: "/var/s.db" }, "/var/s.db", "/var/ledger.ndjson"],
    ["both paths", { kind: "sqlite", path: "a/s.db", ledger: "b/l.ndjson" }, "/p/a/s.db", "/p/b/l.ndjson"],
  ])("%s", (_, settings, path, ledger) => {
    expect(parseStoreOptions(settings, "/p").options).toEqual({ kind: "sqlite", path, ledger });
  });

  it("memory keeps no file", () => {
    expect(parseStoreOptions({ kind: "memory" }, "/p").options).toEqual({ kind: "memory" });
  });

  it.each([
    ["a kind of its own", { kind: "postgres" }, "store/kind", "leave `store` out"],
    ["a slip", { kind: "sqlite", pth: "s.db" }, "store/key", "write `path`."],
    ["a key of another kind", { kind: "memory", path: "s.db" }, "store/key", "remove it."],
    ["a number for a path", { kind: "sqlite", path: 3 }, "store/path", "leave `path` out"],
    ["an empty ledger", { kind: "sqlite", ledger: "" }, "store/path", "leave `ledger` out"],
    ["one file for both", { kind: "sqlite", path: "s.db", ledger: "s.db" }, "store/path", "another file"],
  ])("%s is told", (_, settings, code, fix) => {
    const { options, diagnostics } = parseStoreOptions(settings, "/p");
    expect(options).toBeNull();
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]!.code).toBe(code);
    expect(diagnostics[0]!.fix).toContain(fix);
  });
});
