import { describe, expect, it } from "vitest";
import { completeAnswer, isCovered, keepAnswer } from "../../../src/provider/apt/kept-answer.ts";
import { Knowledge } from "../../../src/provider/apt/knowledge.ts";
import { parseScan } from "../../../src/provider/apt/parse-scan.ts";

describe("an answer that is kept", () => {
  const policy = "@@policy\nacme:\n  Candidate: 2\n     2 500\n *** 1 100\n";
  const whole = `@@basis\n1 file\n@@downloaded\nacme=2\n${policy}@@end\n`;
  const known = (details: readonly string[], read: readonly string[]): Knowledge =>
    new Knowledge({
      details: details.map((version) => ({
        ...{ package: "acme", version, source: "acme", sourceVersion: version },
        ...{ sizeBytes: null, section: null, homepage: null, title: null },
      })),
      stanzas: [],
      read,
    });

  it("is put into one that says the same", () => {
    const same = "@@dpkg\nacme\tall\t1\tinstall\tinstalled\tok\tacme\t1\n\n@@same\n\n@@end\n";
    const scan = parseScan(completeAnswer(same, keepAnswer(whole)));
    expect(scan?.versions.get("acme")?.rows.map(({ version }) => version)).toEqual(["2", "1"]);
    expect(scan?.packages.size).toBe(1);
  });
  it.each([
    ["there is none", null],
    ["it was not whole", whole.replace("@@end", "")],
    ["it has no basis", whole.replace("1 file\n", "")],
    ["it has no answer of apt", whole.replace("@@policy", "@@other")],
  ])("makes no answer of one that says the same when %s", (_, before) => {
    const kept = before === null ? null : keepAnswer(before);
    expect(kept).toBeNull();
    expect(parseScan(completeAnswer("\n@@same\n\n@@end\n", kept))).toBeNull();
  });
  it("gives way to what the host says itself", () => {
    const said = "@@policy\nother:\n  Candidate: 1\n *** 1 100\n\n@@same\n\n@@end\n";
    expect([...parseScan(completeAnswer(said, keepAnswer(whole)))!.versions.keys()]).toEqual(["other"]);
  });
  it.each([
    ["all is known", ["2"], ["acme 1 2"], true],
    ["details are not", [], ["acme 1 2"], false],
    ["the changelog of a download is not", ["2"], [], false],
    ["the changelog of another is", ["2"], ["acme 0 2"], false],
  ])("covers a scan when %s", (_, details, read, covered) => {
    expect(isCovered(keepAnswer(whole)!, known(details, read))).toBe(covered);
  });
});
