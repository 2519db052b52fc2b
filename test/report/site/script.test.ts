/** The script of the site is text for the program, so its types are checked here. */
import ts from "typescript";
import { expect, it } from "vitest";
import { BROWSER_SCRIPT } from "../../../src/report/site/browser.ts";

/** Diagnostics of JavaScript with the browser's types; the shared object and the document may be anything. */
function check(script: string): string[] {
  const text = script.replace("const site = {};", "/** @type {any} */ const site = {};");
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: false,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) =>
    name === "site.js" ? ts.createSourceFile(name, text, version) : read(name, version, ...rest);
  const program = ts.createProgram(["site.js"], options, host);
  return ts.getPreEmitDiagnostics(program).map((one) => {
    const line = text.slice(0, one.start ?? 0).split("\n").length;
    return `${line}: ${ts.flattenDiagnosticMessageText(one.messageText, " ")}`;
  });
}

/** What the DOM's types cannot know: which element an id or a form names. */
const LOOSE =
  /on type '(?:HTMLElement|Element|EventTarget|HTMLFormElement|Node|ChildNode|HTMLFormControlsCollection)'/;

it("names only what there is", () => {
  expect(check(BROWSER_SCRIPT).filter((one) => !LOOSE.test(one))).toEqual([]);
});

it("would say what is wrong, so that the test above can fail", () => {
  expect(check(`${BROWSER_SCRIPT}\nwindow.scrolTo(0, 0); undefinedName();`).join()).toMatch(
    /scrolTo[^]*undefinedName/,
  );
});
