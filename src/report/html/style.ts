/** The style of the pages: light and dark, print, narrow screens; no fonts or images from elsewhere. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --fg: #1b1f24; --bg: #ffffff; --soft: #57606a; --line: #d0d7de; --head: #f6f8fa; --bad: #a40e26; --badbg: #ffebe9; --warn: #7a4d00; --good: #116329; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --bg: #0d1117; --soft: #9da7b3; --line: #3d444d; --head: #161b22; --bad: #ff9492; --badbg: #3c1618; --warn: #f0b72f; --good: #6fdd8b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
p { margin: 0.4rem 0; max-width: 60rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { border: 1px solid var(--line); padding: 0.4rem 0.6rem; text-align: left; vertical-align: top; overflow-wrap: break-word; max-width: 30rem; }
thead th { background: var(--head); white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.change, .when { white-space: nowrap; }
.change { font-weight: 600; }
.soft { color: var(--soft); display: block; font-weight: 400; }
.removal, .removal-retry, .take-back, .tripped { color: var(--bad); }
.release, .ignore { color: var(--warn); }
.approve { color: var(--good); }
.stop { border: 2px solid var(--bad); background: var(--badbg); padding: 0.5rem 1rem; margin: 1rem 0; }
.stop h2 { margin-top: 0.25rem; color: var(--bad); }
code { font-family: ui-monospace, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
a { color: inherit; } a:focus-visible, .scroll:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
@media (forced-colors: active) { .stop { border-color: CanvasText; } }
@media print { :root { color-scheme: light; } body { max-width: none; font-size: 10pt; } .scroll { overflow: visible; } thead { display: table-header-group; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
`;
