/** How the page looks, on screen and on paper: light, plain, and in colours that people tell apart and that survive grey. */
export const style = `
:root { color-scheme: light; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --credit: #0b5cad; --charge: #b4540a; --warn: #fff4e0; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 60rem; font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; color: var(--ink); background: #fff; }
h1 { font-size: clamp(1.25rem, 5.5vw, 1.7rem); line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; padding-top: .6rem; border-top: 2px solid var(--ink); break-after: avoid; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; break-after: avoid; }
p { margin: .4rem 0; max-width: 46rem; }
.soft, caption, figcaption { color: var(--soft); }
a { color: inherit; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .8rem 0 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
ul.figures { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; padding: 0; margin: 1rem 0; }
ul.figures li { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; break-inside: avoid; }
ul.figures b { display: block; font-size: 1.2rem; line-height: 1.3; font-variant-numeric: tabular-nums; white-space: nowrap; }
ul.figures .soft { font-size: .85rem; line-height: 1.3; display: block; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 1rem; font-size: .8rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
figure, .movable { overflow-x: auto; }
caption { text-align: left; padding: 0 0 .3rem; caption-side: top; }
thead { display: table-header-group; }
table.short { break-inside: avoid; }
tr { break-inside: avoid; }
th, td { padding: .18rem .4rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 1.5px solid var(--ink); vertical-align: bottom; font-weight: 600; }
tbody tr { border-bottom: 1px solid #eaeef2; }
tbody th { font-weight: 400; white-space: nowrap; }
tbody tr.day th, tbody tr.day td { font-weight: 600; background: #f6f8fa; border-top: 1px solid var(--line); white-space: nowrap; break-after: avoid; }
tfoot th, tfoot td { border-top: 1.5px solid var(--ink); font-weight: 600; }
td.n { text-align: right; white-space: nowrap; }
th.n { text-align: right; }
.wide { overflow-wrap: anywhere; min-width: 5.5rem; }
.hash { font: .72rem/1.35 ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
span:target { background: var(--warn); outline: 2px solid var(--charge); }
.credit { color: var(--credit); }
.charge { color: var(--charge); }
tr.odd td, tr.odd th { background: var(--warn); }
.verdict, .finding { border-left: 5px solid var(--credit); padding: .5rem .9rem; background: #f6f8fa; max-width: none; font-size: 1.05rem; }
.verdict.bad { border-color: var(--charge); background: var(--warn); }
figure { margin: .8rem 0; break-inside: avoid; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
svg text { fill: var(--ink); }
svg .soft { fill: var(--soft); }
footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
@media screen and (max-width: 40rem) {
  body { padding: 1.2rem .9rem 3rem; }
  dl.facts { grid-template-columns: 1fr; }
  dl.facts dd { margin-bottom: .3rem; }
  svg { min-width: 36rem; }
  #entries + .movable .wide { min-width: 17rem; }
  /* A summary is seen whole: words give way, figures do not break. */
  table.short { font-size: .74rem; }
  table.short th, table.short td { padding: .18rem .25rem; white-space: normal; }
  table.short .wide { min-width: 4.5rem; overflow-wrap: break-word; }
}
@page { margin: 14mm 12mm 16mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2 { margin-top: 1.3rem; }
  section.lines { break-before: page; }
  ul.figures { grid-template-columns: repeat(5, 1fr); }
  ul.figures b { font-size: 1.05rem; }
  figure, .movable { overflow: visible; }
  table { font-size: 7.6pt; }
  th, td { padding: .12rem .3rem; }
}
`;
