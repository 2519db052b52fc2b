import { expect, it } from "vitest";
import { escapeMarkdown, markdownCode } from "../../../src/report/escape/markdown.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";

it.each([
  ["a pipe", "a|b", "a&#124;b"],
  ["a backslash before a pipe", "a\\|b", "a&#92;&#124;b"],
  ["markup", "<b>*x*</b>", "&#60;b&#62;&#42;x&#42;&#60;/b&#62;"],
  ["a mention", "@octocat", "&#64;&#8203;octocat"],
  ["issue references", "#12 GH-12", "&#35;&#8203;12 GH-&#8203;12"],
  ["bare links", "https://a.b www.a.b", "https:&#8203;//a.b www&#8203;.a.b"],
  ["an image", "![x](y)", "&#33;&#91;x&#93;(y)"],
  ["a list item", "- x", "&#8203;- x"],
  ["a numbered item", "1. x", "&#8203;1. x"],
  ["a version at the start", "146.0.1 x", "146.0.1 x"],
  ["a line break", "a\nb", "a&#92;nb"],
  ["an ordinary title", "2026-03 Cumulative Update (x64)", "2026-03 Cumulative Update (x64)"],
])("escapes %s", (_name, text, shown) => {
  expect(escapeMarkdown(text)).toBe(shown);
});

it("writes an id as code only where nothing can end the code", () => {
  expect(markdownCode("microsoft/security")).toBe("`microsoft/security`");
  expect(markdownCode("a`b|c")).toBe("<code>a&#96;b&#124;c</code>");
  expect(markdownCode("apt:openssl@3.0.17-1~deb12u2")).toBe("`apt:openssl@3.0.17-1~deb12u2`");
  expect(markdownCode("@a @\u0000b")).toBe("<code>&#64;&#8203;a &#64;&#92;x00b</code>");
});

const render = { escapeMarkdown, markdownCode };
it.each(
  HOSTILE_STRINGS.flatMap((text) =>
    (["escapeMarkdown", "markdownCode"] as const).map(
      (sink) => [sink, JSON.stringify(text).slice(0, 60), text] as const,
    ),
  ),
)("%s leaves no structure of %s", (sink, _name, text) => {
  const shown = render[sink](text)
    .replace(/^<code>(.*)<\/code>$/, "$1")
    .replace(/^`[^`|\\<>&]*`$/, "");
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  expect(shown.replace(/&#\d+;/g, "")).not.toMatch(/[&<>|\\`[\]!*~@#"']/);
  expect(shown).not.toMatch(/:\/\/|\bwww\.|\bgh-\d/i);
});
