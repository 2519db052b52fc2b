/** The style of a site: that of every page, and what charts, tiles and filters need beside it. */
import { PAGE_STYLE } from "../html/style.ts";

export const SITE_STYLE: string = `${PAGE_STYLE}
:root { --accent: #0b57d0; --card: #f6f8fa; --installed: #1a7f4e; --installing: #0b57d0; --pending: #5b6abf; --missing: #b35900; --failed: #c01c28; --reboot: #7a3fb0; --ignored: #6e7781; --stale: #8c959f; --track: #e7ebef; --mark: #ffffff; --now: #1b1f24; }
@media (prefers-color-scheme: dark) { :root { --accent: #8ab4f8; --card: #161b22; --installed: #3fb970; --installing: #6ea8fe; --pending: #97a3f0; --missing: #e08a2e; --failed: #ff7b72; --reboot: #c297f0; --ignored: #8b949e; --stale: #7d8590; --track: #262c34; --mark: #0d1117; --now: #e6edf3; } }
html { scroll-padding-top: 1rem; }
body { max-width: 84rem; padding: 1rem clamp(0.75rem, 3vw, 2rem); overflow-wrap: break-word; }
header { border-bottom: 1px solid var(--line); padding-bottom: 0.5rem; }
h1 { margin: 0; } h2 { font-size: 1.5rem; margin: 1.25rem 0 0; } h3 { font-size: 1.15rem; margin: 1.75rem 0 0.5rem; }
.export { font-size: 0.9rem; margin: 0.4rem 0; }
.scope, .question, figcaption, .shortened, .row-count, footer { color: var(--soft); font-size: 0.9rem; max-width: none; }
.question { margin-top: 0; font-size: 1rem; }
a { color: var(--accent); } a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h2:focus, main:focus { outline: none; }
.skip { position: absolute; left: -100rem; } .skip:focus { position: static; display: inline-block; padding: 0.5rem; }
nav ul, .tiles, .attention, .legend, .chart, .gates { list-style: none; margin: 0; padding: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0.75rem 0; }
nav a { display: block; padding: 0.35rem 0.7rem; min-height: 1.75rem; border-radius: 0.4rem; text-decoration: none; border: 1px solid transparent; }
nav a:hover { border-color: var(--line); }
nav a[aria-current] { background: var(--card); border-color: var(--accent); font-weight: 600; color: var(--fg); }
.js .page { display: none; } .js .page.current, .js.show-all .page { display: block; }
html:not(.js) main:has(:target) > .page:not(:target):not(:has(:target)) { display: none; }
html:not(.js) main:not(:has(:target)) > .page:not(#today) { display: none; }
html:not(.js) main:has(> #all:target) > .page { display: block; }
.answer { font-size: 1.15rem; font-weight: 600; }
.item { display: grid; grid-template-columns: 6rem 1fr; gap: 0 0.75rem; border: 1px solid var(--line); border-left: 0.4rem solid var(--ignored); border-radius: 0.4rem; padding: 0.5rem 0.75rem; margin: 0.5rem 0; background: var(--card); }
.item.now { border-left-color: var(--failed); } .item.today { border-left-color: var(--missing); }
.item p { margin: 0; max-width: none; } .item .what { font-weight: 600; } .item .what a { color: inherit; } .item .next { font-size: 0.93rem; margin-top: 0.15rem; }
.item.later { padding-block: 0.3rem; background: none; } .level { font-weight: 700; white-space: nowrap; } .now .level { color: var(--bad); } .today .level { color: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: 0.6rem; margin: 1.25rem 0; }
.tile { border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); border-top: 0.25rem solid var(--ignored); }
.tile.good { border-top-color: var(--installed); } .tile.warn { border-top-color: var(--missing); } .tile.bad { border-top-color: var(--failed); }
.tile a { display: flex; flex-direction: column; gap: 0.15rem; padding: 0.6rem 0.75rem; color: var(--fg); text-decoration: none; height: 100%; } .tile a:hover .tile-title { text-decoration: underline; }
.tile-title { font-size: 0.9rem; color: var(--soft); } .tile-value { font-size: 1.25rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.25; } .tile-note { font-size: 0.85rem; color: var(--soft); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 0 2rem; }
figure { margin: 1rem 0; } figcaption { margin-top: 0.35rem; } .sentence { font-weight: 600; }
.patterns { position: absolute; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.9rem; margin: 0.4rem 0; } .swatch { width: 1.5rem; height: 0.8rem; vertical-align: baseline; margin-right: 0.4rem; }
.chart { display: grid; grid-template-columns: fit-content(18rem) minmax(4rem, 1fr) fit-content(12rem); gap: 0 0.75rem; } .chart li { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; align-items: center; padding: 0.25rem 0; border-bottom: 1px solid var(--track); }
.chart-label, .chart-value { min-width: 0; overflow-wrap: anywhere; } .chart-value { text-align: right; font-variant-numeric: tabular-nums; } .ring-name { display: block; color: var(--soft); font-size: 0.9rem; }
.bar { width: 100%; height: 1.1rem; display: block; border-radius: 0.2rem; } td .bar { min-width: 7rem; height: 0.6rem; margin-top: 0.25rem; } .burn { width: 100%; height: 9rem; display: block; }
.track { fill: var(--track); } .mark { fill: var(--mark); opacity: 0.55; } .mark-line { stroke: var(--mark); stroke-width: 1.4; opacity: 0.7; fill: none; }
.part { stroke: var(--bg); stroke-width: 1; vector-effect: non-scaling-stroke; }
.part.installed, .part.good { fill: var(--installed); } .part.installing { fill: var(--installing); } .part.pending { fill: var(--pending); } .part.missing, .part.warn { fill: var(--missing); } .part.failed, .part.bad { fill: var(--failed); } .part.reboot { fill: var(--reboot); } .part.ignored { fill: var(--ignored); } .part.stale { fill: var(--stale); } .part.plain { fill: var(--pending); }
.now { fill: var(--now); } .now-line, .due { stroke: var(--now); stroke-width: 3; vector-effect: non-scaling-stroke; } .due { stroke: var(--failed); stroke-dasharray: 6 5; } .beat { fill: var(--installed); } .beat.missed { fill: var(--failed); }
.burn-line { fill: none; stroke: var(--installing); stroke-width: 2.5; vector-effect: non-scaling-stroke; }
.scroll { border-radius: 0.3rem; max-width: 100%; } td.zero { color: var(--soft); } .bad { color: var(--bad); } .warn { color: var(--warn); } td.bad, td.warn, .grave { font-weight: 600; } .corner { background: var(--badbg); }
th.wide { min-width: 13rem; } td:not(.number) { min-width: 5rem; } thead th.number { white-space: normal; min-width: 4.2rem; } .day { white-space: nowrap; } .twin, .soft, .flag { font-weight: 400; } .when { white-space: normal; } time { white-space: nowrap; } .flag { color: var(--warn); font-size: 0.85rem; } .kev { color: var(--bad); font-size: 0.8rem; } .state { white-space: nowrap; font-weight: 600; } .ready { color: var(--good); } .shut { color: var(--bad); font-weight: 600; } .line { display: block; }
thead th { white-space: normal; vertical-align: bottom; }
.sort { font: inherit; color: inherit; background: none; border: 0; padding: 0.1rem 0; min-height: 1.5rem; text-align: inherit; cursor: pointer; } .sort::after { content: " ↕"; color: var(--soft); font-weight: 400; } [aria-sort=ascending] .sort::after { content: " ↑"; color: var(--fg); } [aria-sort=descending] .sort::after { content: " ↓"; color: var(--fg); }
.filters, .lookup form:not([hidden]) { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; margin: 0.75rem 0 0.25rem; }
.filters label, .lookup label { display: flex; flex-direction: column; font-size: 0.85rem; color: var(--soft); min-width: 0; max-width: 100%; }
input, select, button { font: inherit; color: var(--fg); background: var(--bg); border: 1px solid var(--ignored); border-radius: 0.35rem; padding: 0.3rem 0.5rem; min-height: 2rem; max-width: 100%; } select { max-width: 14rem; } .lookup input { width: 17rem; } .lookup form:not([hidden]) { margin: 0; } button { cursor: pointer; background: var(--card); } .lookup button { background: var(--accent); color: var(--bg); border-color: var(--accent); font-weight: 600; padding-inline: 1rem; }
.lookup { border: 1px solid var(--line); border-radius: 0.5rem; background: var(--card); padding: 0.4rem 0.9rem 0.6rem; margin: 0.5rem 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: end; } .lookup h2 { margin: 0.25rem 0; font-size: 1rem; } .lookup p { margin: 0.25rem 0; }
.answer-box:not(:empty) { border: 2px solid var(--accent); border-radius: 0.5rem; padding: 0 1rem 1rem; margin: 1rem 0; } .answer-box h3 { margin-top: 0.75rem; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.3rem 1rem; margin: 0.5rem 0; } dt { color: var(--soft); } dd { margin: 0; min-width: 0; }
.command { background: var(--head); border: 1px solid var(--line); border-radius: 0.3rem; padding: 0.05rem 0.35rem; } pre { overflow-x: auto; background: var(--head); padding: 0.75rem; border-radius: 0.4rem; }
summary { cursor: pointer; min-height: 1.5rem; color: var(--accent); } details > .scroll { margin-top: 0.4rem; } .gates li { padding: 0.1rem 0; min-width: 14rem; }
footer { border-top: 1px solid var(--line); margin-top: 2.5rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) { .item { grid-template-columns: 1fr; } .chart, .chart li { display: block; } .chart-label, .chart-value { display: block; text-align: left; } dl { grid-template-columns: 1fr; } dt { margin-top: 0.4rem; } h1 { font-size: 1.35rem; } th, td { padding: 0.3rem 0.4rem; } }
@media (forced-colors: active) { .part, .track, .mark, .now, .due, .beat { forced-color-adjust: none; } .item, .tile { border-color: CanvasText; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: auto; } }
@media print { html { font-size: 12.5px; } :root { --accent: #0b57d0; --card: #ffffff; --fg: #000000; --bg: #ffffff; --soft: #444444; --line: #999999; --head: #f0f0f0; --bad: #a40e26; --badbg: #ffebe9; --warn: #7a4d00; --good: #116329; --track: #eeeeee; --mark: #ffffff; --now: #000000; --installed: #1a7f4e; --installing: #0b57d0; --pending: #5b6abf; --missing: #b35900; --failed: #c01c28; --reboot: #7a3fb0; --ignored: #6e7781; --stale: #8c959f; } body { padding: 0; } nav, .filters, .lookup, .skip, .export, details > summary, .sort::after { display: none; } table { font-size: 7.5pt; table-layout: auto; } th, td { padding: 0.15rem 0.25rem; overflow-wrap: anywhere; } th.wide, td:not(.number), thead th.number, tbody th, td .bar { min-width: 0; } td, .state, .day, time { white-space: normal; } code { font-size: 0.95em; } figure, .item, .tile { break-inside: avoid; } h2, h3 { break-after: avoid; } .tiles { grid-template-columns: repeat(3, 1fr); } .part, .track, .mark, .now { print-color-adjust: exact; -webkit-print-color-adjust: exact; } a { color: inherit; text-decoration: none; } .page + .page { break-before: page; } .columns { display: block; } }
@page { size: A4; margin: 14mm 12mm 16mm; @bottom-right { content: counter(page) " of " counter(pages); font: 8pt sans-serif; } @bottom-left { content: "Patch status"; font: 8pt sans-serif; } }
`;
