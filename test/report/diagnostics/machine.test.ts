import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/core/diagnostic.ts";
import { renderDiagnosticsGithub } from "../../../src/report/diagnostics/github.ts";
import { renderDiagnosticsJson } from "../../../src/report/diagnostics/json.ts";
import { renderDiagnosticsSarif } from "../../../src/report/diagnostics/sarif.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { duplicateRing, hostileDiagnostic, noFleet, samples, unknownRing } from "./samples.ts";

const hostile = HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text] as const);

describe("workflow commands", () => {
  it("say the sum first, then each at its line", () => {
    expect(renderDiagnosticsGithub([noFleet, duplicateRing, unknownRing])).toMatchInlineSnapshot(`
      "::error title=patchring::1 error, 1 warning, 1 note
      ::error file=rings/production.yaml,line=7,endLine=7,col=12,endColumn=15,title=Unknown ring [policy/unknown-ring]::"production" comes after a ring named "brod", but no policy defines it. Defined rings: broad, pilot.%0AFix: write \`after: broad\`, or add a ring named "brod".
      ::warning file=rings/b.yaml,line=3,endLine=3,col=19,endColumn=23,title=Two rings of one name [policy/duplicate-name]::A name stands for one ring.%0AThe first by file is used.%0Arings/a.yaml:3:19: the other one is here
      ::notice title=No fleet defined [policy/no-fleet]::Fix: patchring init
      "
    `);
  });

  it("are at most ten of a kind, the sum counted in, and say how many are missing", () => {
    const many = [...Array<Diagnostic>(30).fill(duplicateRing), ...Array<Diagnostic>(12).fill(unknownRing)];
    const lines = renderDiagnosticsGithub(many).trimEnd().split("\n");
    expect(lines[0]).toBe("::error title=patchring::12 errors, 30 warnings; 23 more are in the log only");
    expect(lines.filter((line) => line.startsWith("::error "))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith("::warning "))).toHaveLength(10);
  });

  it("are none for none", () => {
    expect(renderDiagnosticsGithub([])).toBe("");
  });

  /** How a runner reads a command: properties end at the first `::`, and are split at commas. */
  const decode = (text: string): string =>
    text.replace(/%(3A|2C|0A|0D|25)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

  it.each(hostile)("stay one command with four properties for %s", (_name, text) => {
    const out = renderDiagnosticsGithub([hostileDiagnostic(text)]);
    expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    const [, kind, properties, data] = /^::(\w+) (.*?)::(.*)$/.exec(lines[1]!)!;
    expect(kind).toBe("error");
    expect(properties!.split(",").map((property) => property.split("=", 1)[0])).toEqual([
      "file",
      "line",
      "endLine",
      "col",
      "endColumn",
      "title",
    ]);
    if (/^[ -~]*$/.test(text) && text !== "") {
      expect(decode(properties!.split(",")[0]!)).toBe(`file=${text}`);
      expect(decode(data!)).toContain(text);
    }
  });
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
      }[];
    }[];
    readonly properties: { readonly omitted: number };
  }[];
}
const sarif = (diagnostics: readonly Diagnostic[]): Sarif["runs"][number] =>
  (JSON.parse(renderDiagnosticsSarif(diagnostics, { version: "0.1.0" })) as Sarif).runs[0]!;

describe("SARIF", () => {
  it("has rules, places and related places", () => {
    expect(renderDiagnosticsSarif([unknownRing, duplicateRing], { version: "0.1.0" })).toMatchInlineSnapshot(`
      "{
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
          {
            "tool": {
              "driver": {
                "name": "patchring",
                "version": "0.1.0",
                "rules": [
                  {
                    "id": "policy/duplicate-name",
                    "shortDescription": {
                      "text": "Two rings of one name"
                    }
                  },
                  {
                    "id": "policy/unknown-ring",
                    "shortDescription": {
                      "text": "Unknown ring"
                    }
                  }
                ]
              }
            },
            "columnKind": "utf16CodeUnits",
            "results": [
              {
                "ruleId": "policy/unknown-ring",
                "ruleIndex": 1,
                "level": "error",
                "message": {
                  "text": "Unknown ring.\\n\\"production\\" comes after a ring named \\"brod\\", but no policy defines it. Defined rings: broad, pilot.\\nFix: write \`after: broad\`, or add a ring named \\"brod\\"."
                },
                "locations": [
                  {
                    "physicalLocation": {
                      "artifactLocation": {
                        "uri": "rings/production.yaml"
                      },
                      "region": {
                        "startLine": 7,
                        "startColumn": 12,
                        "endColumn": 16,
                        "snippet": {
                          "text": "    after: brod"
                        }
                      }
                    }
                  }
                ]
              },
              {
                "ruleId": "policy/duplicate-name",
                "ruleIndex": 0,
                "level": "warning",
                "message": {
                  "text": "Two rings of one name.\\nA name stands for one ring.\\nThe first by file is used."
                },
                "locations": [
                  {
                    "physicalLocation": {
                      "artifactLocation": {
                        "uri": "rings/b.yaml"
                      },
                      "region": {
                        "startLine": 3,
                        "startColumn": 19,
                        "endColumn": 24,
                        "snippet": {
                          "text": "metadata: { name: pilot }"
                        }
                      }
                    }
                  }
                ],
                "relatedLocations": [
                  {
                    "id": 0,
                    "physicalLocation": {
                      "artifactLocation": {
                        "uri": "rings/a.yaml"
                      },
                      "region": {
                        "startLine": 3,
                        "startColumn": 19,
                        "endColumn": 24,
                        "snippet": {
                          "text": "metadata: { name: pilot }"
                        }
                      }
                    },
                    "message": {
                      "text": "the other one is here"
                    }
                  }
                ]
              }
            ],
            "properties": {
              "omitted": 0
            }
          }
        ]
      }
      "
    `);
  });

  it("points each result at its rule", () => {
    const { results, tool } = sarif(samples);
    expect(results.map((result) => tool.driver.rules[result.ruleIndex]!.id)).toEqual(
      samples.map(({ code }) => code),
    );
    expect(results.map(({ level }) => level)).toEqual(["error", "error", "warning", "note"]);
  });

  it("keeps the worst of too many, and says how many it left out", () => {
    const { results, properties } = sarif([
      ...Array<Diagnostic>(5000).fill(noFleet),
      unknownRing,
      duplicateRing,
    ]);
    expect(results).toHaveLength(5000);
    expect(results.slice(0, 2).map(({ level }) => level)).toEqual(["error", "warning"]);
    expect(properties.omitted).toBe(2);
  });

  it.each(hostile)("is exact, with a valid address, for %s", (_name, text) => {
    const [result] = sarif([hostileDiagnostic(text)]).results;
    expect(result!.ruleId).toBe(text);
    expect(result!.message.text).toBe(
      [`${text}.`, text, `Fix: ${text}`].filter((part) => part !== "").join("\n"),
    );
    expect(result!.locations[0]!.physicalLocation.artifactLocation.uri).toMatch(/^[\w.!~*'()/%-]*$/);
  });
});

describe("JSON", () => {
  it.each(hostile)("is exact for %s", (_name, text) => {
    const all = [...samples, hostileDiagnostic(text)];
    expect(JSON.parse(renderDiagnosticsJson(all))).toEqual({
      format: "patchring.diagnostics/1",
      summary: { error: 3, warning: 1, info: 1 },
      diagnostics: all,
    });
  });

  it("names its format first", () => {
    expect(renderDiagnosticsJson([])).toBe(
      `${JSON.stringify(
        { format: "patchring.diagnostics/1", summary: { error: 0, warning: 0, info: 0 }, diagnostics: [] },
        null,
        2,
      )}\n`,
    );
  });
});
