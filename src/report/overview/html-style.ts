import { OVERVIEW_COLUMNS } from "../../core/overview-columns.ts";

/** On paper 33 columns do not fit: a row is a paragraph there, each cell after the name of its column, empty ones left out. */
const PRINTED_NAMES: string = OVERVIEW_COLUMNS.map(
  ({ name }, index) =>
    `table.rows tr > :nth-child(${index + 1}):not(.group)::before { content: "${name}: "; }`,
).join("\n");

/** What the overview needs beside the style of all pages. */
export const OVERVIEW_STYLE: string = `
body { max-width: 110rem; }
td, tbody th { max-width: 22rem; min-width: 4rem; }
table.rows { width: max-content; min-width: 100%; }
.rows td, .rows tbody th { max-width: 18rem; }
th.group { background: var(--head); font-size: 1rem; }
th.group > span { position: sticky; left: 0.6rem; }
.rows tbody th:not(.group), .rows thead th:first-child { position: sticky; left: 0; background: var(--bg); }
@media (max-width: 40rem) { .rows tbody th:not(.group), .rows thead th:first-child { position: static; } }
.state { white-space: nowrap; font-weight: 600; }
.missing, .failed { color: var(--bad); }
.pending, .installing, .reboot-required { color: var(--warn); }
.installed { color: var(--good); }
tbody:target th.group { outline: 3px solid currentColor; outline-offset: -3px; }
@media print {
@page { size: A4 landscape; margin: 12mm; }
table { font-size: 7.5pt; }
th, td { padding: 1mm; min-width: 0; }
thead th { white-space: normal; overflow-wrap: anywhere; }
table.rows, .rows tbody, .rows tr, .rows th { display: block; width: auto; max-width: none; min-width: 0; border: none; padding: 0; }
.rows thead { display: none; }
.rows tbody tr { border-bottom: 1px solid var(--line); padding: 1mm 0; }
.rows tbody th.group { font-size: 10pt; padding: 2mm 0 1mm; break-after: avoid; }
.rows td, .rows tbody th:not(.group) { display: inline; border: none; padding: 0; white-space: normal; max-width: none; }
.rows td:not(:empty)::after, .rows tbody th:not(.group)::after { content: "; "; }
.rows td:empty { display: none; }
.rows td::before, .rows tbody th::before { font-weight: 400; color: var(--soft); }
${PRINTED_NAMES}
}
`;
