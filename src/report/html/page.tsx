import { createHash } from "node:crypto";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { PAGE_STYLE } from "./style.ts";

/** Nothing is fetched and nothing runs: the only thing that is allowed is the one style sheet of the page. */
function policyFor(style: string): string {
  const hash = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/** A self-contained page. Text put into it is escaped by JSX; only our own style is raw. */
export function Page(props: {
  readonly title: string;
  /** Goes after the style of all pages. */
  readonly style?: string;
  readonly children: Child;
}): Child {
  const style = PAGE_STYLE + (props.style ?? "");
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policyFor(style)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{props.title}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <main>{props.children}</main>
      </body>
    </html>
  );
}

/** A table that scrolls in a labelled region of its own when the screen is narrow. */
export function Table(props: {
  readonly caption: string;
  readonly columns: readonly { readonly header: string; readonly number?: boolean }[];
  readonly children: Child;
}): Child {
  return (
    <div class="scroll" role="region" aria-label={props.caption} tabindex={0}>
      <table>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map(({ header, number }) => (
              <th scope="col" class={number === true ? "number" : ""}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
