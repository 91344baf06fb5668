import { Html } from "./html.ts";

/** The look of a report: light and dark, narrow and wide, eight colors that the color-blind tell apart. */
export const reportStyle = new Html(`
:root { color-scheme: light dark; --line: light-dark(#d8dce2, #3a4049); --quiet: light-dark(#5c6570, #a3adb9);
  --good: light-dark(#1a7f4b, #4cc38a); --bad: light-dark(#c62828, #ff7b72); --warn: light-dark(#9a6700, #e3b341); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1.25rem;
  background: light-dark(#fff, #15181d); color: light-dark(#1d2127, #e6e9ed); }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
header p { margin: .35rem 0; }
code, pre { font: .88em ui-monospace, monospace; }
.quiet { color: var(--quiet); }
.state { white-space: nowrap; }
.state.succeeded, .state.ran { color: var(--good); }
.state.failed { color: var(--bad); font-weight: 600; }
.state.stopped, .state.unfinished { color: var(--warn); }
.state.from-the-store, .state.not-started { color: var(--quiet); }
header .state { font-weight: 600; text-transform: capitalize; }
.error { border-left: 3px solid var(--bad); margin: .5rem 0; padding: .5rem .8rem; white-space: pre-wrap;
  overflow-wrap: anywhere; background: light-dark(#fdf1f0, #2a1a1b); }
code { overflow-wrap: anywhere; }
.key { white-space: nowrap; overflow-wrap: normal; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--quiet); }
th, td { padding: .22rem .8rem .22rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child { overflow-wrap: anywhere; min-width: 9rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
ul { margin: 0; padding-left: 1.2rem; }
.timeline { position: relative; padding-top: 1.6rem; overflow: hidden; }
.tick { position: absolute; top: 0; bottom: 0; padding-left: .3rem; border-left: 1px solid var(--line);
  font-size: .75rem; color: var(--quiet); }
.row { position: relative; height: 1.5rem; margin-bottom: 2px; }
.bar { position: absolute; top: 0; bottom: 0; min-width: 2px; box-sizing: border-box; border-radius: 2px;
  text-indent: .25rem; overflow: hidden; white-space: nowrap; font-size: .75rem;
  line-height: 1.5rem; color: #fff; box-shadow: inset -1px 0 light-dark(#fff, #15181d); }
.bar.failed { outline: 2px solid var(--bad); outline-offset: -2px; }
.bar.stopped, .bar.unfinished { opacity: .55; }
.swatch { display: inline-block; width: .75rem; height: .75rem; border-radius: 2px; margin-right: .45rem; }
.color-0 { background: #0067a5; } .color-1 { background: #b3560b; } .color-2 { background: #1b7f5c; }
.color-3 { background: #8f3f97; } .color-4 { background: #7a6a00; } .color-5 { background: #b5305d; }
.color-6 { background: #3a6f8f; } .color-7 { background: #6b7280; }
@media (max-width: 40rem) {
  body { font-size: 13px; padding: 0 .75rem; }
  th, td { padding-right: .5rem; }
  th:last-child, td:last-child { padding-right: 0; }
  td:first-child { min-width: 6.5rem; }
}
`);
