"""The style sheets: of the chat, and of the pages beside it. Colours for light and dark stand once."""

LIGHT = """
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c2329; --soft: #4b555e; --rule: #d9d5cb;
  --accent: #14515c; --accent-ink: #ffffff; --accent-pale: #e6f0f1; --marked: #ffe9a8; --marked-ink: #1c2329;
  --warn: #7a3b00; --warn-pale: #fdf1e2;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  --serif: Charter, "Bitstream Charter", Georgia, Cambria, "Times New Roman", "Liberation Serif", serif;
"""

DARK = """
  --paper: #14181b; --card: #1c2226; --ink: #eceae4; --soft: #b6bcc0; --rule: #3a4349;
  --accent: #8fd0da; --accent-ink: #0d2a30; --accent-pale: #21353a; --marked: #6b5410; --marked-ink: #fff6d8;
  --warn: #f3c48d; --warn-pale: #33281b;
"""

SHARED = """
mark { scroll-margin: 3rem; background: var(--marked); color: var(--marked-ink); padding: .08em 0;
  box-decoration-break: clone;
  -webkit-box-decoration-break: clone; }
.badge { display: inline-block; margin: 0 0 .7rem; padding: .15rem .6rem; border-radius: .25rem; font-size: .95rem;
  font-weight: 600;
  color: var(--warn); background: var(--warn-pale); border: 1px solid currentColor; }
.notice a { color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
.notice { padding: .9rem 1.1rem; border: 1px solid var(--rule); border-left: .3rem solid var(--warn);
  background: var(--card); }
:is(a, button, summary, textarea, input, select, [tabindex]):focus-visible { outline-offset: 2px;
  outline: 3px solid var(--accent) !important; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
details.print { margin: 0 0 .8rem; font-size: .95rem; }
.sheet { margin: .5rem 0 0; }
.sheet .turns { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: baseline; justify-content: space-between;
  font-size: .95rem; margin-bottom: .4rem; }
.sheet figcaption { font-weight: 600; } .sheet .off { color: var(--soft); }
.sheet a { color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
.sheet img { display: block; width: 100%; height: auto; background: #fff; border: 1px solid var(--rule); }
.sheet .original { margin: .5rem 0 0; }
.forms { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0; padding: 0; }
.forms a { color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
"""
"What the chat and the other pages have in common."

ANSWERS = """
.exchange { padding: 1.1rem 0 1.5rem; scroll-margin-top: .5rem; }
.exchange + .exchange { border-top: 1px solid var(--rule); }
.exchange h3 { font-size: 1.3rem; line-height: 1.35; font-weight: 650; margin: 0 0 .6rem; color: var(--ink);
  overflow-wrap: anywhere; }
.exchange h4 { font-size: 1.0625rem; font-weight: 650; margin: 1.25rem 0 .35rem; color: var(--ink); }
.exchange p { margin: 0 0 .7rem; }
.exchange p.scope { color: var(--soft); margin-bottom: .8rem; }
.exchange .said, .exchange .answer > ul, .exchange .answer > ol { font-family: var(--serif); font-size: 1.1875rem;
  line-height: 1.55; }
.exchange q { quotes: "“" "”"; }
.exchange ul, .exchange ol { margin: 0 0 .7rem; padding-left: 1.4rem; }
.exchange ol + ul { margin-left: 1.4rem; }
.exchange ul { list-style: disc; } .exchange ol { list-style: decimal; }
.exchange li { margin: 0 0 .5rem; }
.waiting { color: var(--soft); }
.exchange .mode { font-size: 1rem; padding: .15rem 0 .15rem .7rem; border-left: .25rem solid var(--accent); }
.exchange .prose { font-size: 1.125rem; line-height: 1.6; }
.exchange .check { padding: .35rem .8rem; font-size: 1rem; color: var(--warn); background: var(--warn-pale);
  border-left: .25rem solid currentColor; }
.sources q { font-family: var(--serif); font-size: 1.0625rem; display: block; }
.status { display: inline-block; padding: .1rem .6rem; border-radius: .25rem; font-weight: 600;
  color: var(--warn); background: var(--warn-pale); border: 1px solid currentColor; }
a.cite { font-family: var(--sans); font-size: .9em; font-weight: 600; color: var(--accent);
  text-decoration: underline;
  text-underline-offset: .15em; padding: .1rem .15rem; white-space: nowrap; }
a.cite:hover, .return a:hover { background: var(--accent-pale); }
.tag { font-family: var(--sans); font-size: .8rem; font-weight: 600; color: var(--warn); background: var(--warn-pale);
  border: 1px solid currentColor; border-radius: .2rem; padding: 0 .3rem; white-space: nowrap; }
.sources .tag { display: none; }
.sources { margin-top: 1.4rem; padding-top: .1rem; border-top: 1px solid var(--rule); font-size: 1rem; }
.exchange .sources h4 { font-size: 1rem; margin: .8rem 0 .3rem; }
.exchange .sources ul { list-style: none; padding: 0; margin: 0 0 .6rem; }
.sources li { display: flex; gap: .5rem; margin: 0 0 .3rem; }
details summary { cursor: pointer; color: var(--accent); font-weight: 600; width: fit-content; padding: .15rem 0; }
details.searched { font-size: 1rem; }
details.searched ul { margin: .4rem 0 0; padding-left: 1.4rem; list-style: disc; }
details.searched li { margin: 0 0 .25rem; }
.hint { color: var(--soft); margin: 0; }
.source { background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: 1rem 1.1rem;
  margin: 0 0 1rem;
  scroll-margin-top: .75rem; }
.source.current { border-color: var(--accent); box-shadow: inset .25rem 0 0 var(--accent); }
.source h4 { font-size: 1.0625rem; line-height: 1.35; font-weight: 650; margin: 0 0 .6rem; color: var(--ink); }
.source .told { margin: -.35rem 0 .7rem; color: var(--soft); font-size: 1rem; }
.source .number { color: var(--accent); }
.source blockquote { margin: 0 0 .8rem; padding: 0; border: 0; font-family: var(--serif); font-size: 1.0625rem;
  font-style: normal;
  color: var(--ink); }
.source blockquote p { margin: 0 0 .6rem; overflow-wrap: anywhere; }
.source .near { color: var(--soft); font-size: .95em; }
.source dl { display: grid; gap: .2rem; margin: 0; padding-top: .7rem; border-top: 1px solid var(--rule);
  font-size: .95rem; }
.source dl div { display: grid; grid-template-columns: 6rem 1fr; gap: .5rem; }
.source dt { color: var(--soft); } .source dd { margin: 0; overflow-wrap: anywhere; }
.source .return { margin: .7rem 0 0; font-size: .95rem; display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; }
.return a { color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
.explained { font-size: 1rem; margin-top: 1.1rem; } .exchange .explained h4 { font-size: 1rem; margin: 0 0 .2rem; }
.explained dl { margin: 0; } .explained div { display: flex; flex-wrap: wrap; gap: 0 .6rem; }
.explained dt { font-weight: 600; } .explained dd { margin: 0; }
abbr[title] { text-decoration: underline dotted; text-underline-offset: .15em; cursor: help; }
"""
"Answers and their sources, where they are shown."

STYLE = f":root {{{LIGHT}}} .dark {{{DARK}}} {SHARED}{ANSWERS}" + """
html { scroll-padding-bottom: 8rem; }
body, gradio-app, .gradio-container { background: var(--paper) !important; color: var(--ink);
  font-family: var(--sans); }
.gradio-container { width: 100%; max-width: 100rem !important; margin: 0 auto !important; font-size: 1.0625rem;
  line-height: 1.55;
  overflow: visible !important; }
.gradio-container .main.app { padding: 1.5rem clamp(1rem, 3vw, 2rem) 0; }
.gradio-container .html-container { padding: 0; font-size: 1.0625rem; line-height: 1.55; }
.gradio-container .block { overflow: visible; border: 0; background: none; box-shadow: none; }
.gradio-container .form, #question { background: none; border: 0; overflow: visible !important; }
#top { border-bottom: 1px solid var(--rule); padding-bottom: 1.1rem; align-items: flex-end; }
#top h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; margin: 0;
  color: var(--ink); }
#top .summary { margin: .45rem 0 0; max-width: 46rem; color: var(--soft); }
#top .about { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin-top: .4rem; }
#top nav { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; } #top nav a { color: var(--accent); text-decoration: underline;
  text-underline-offset: .15em; }
#new { flex: 0 0 auto; min-width: 11rem; }
#columns { gap: 2.5rem; align-items: flex-start; margin-top: .5rem; }
#conversation { max-width: 46rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; font-weight: 650; margin: 0 0 .5rem; color: var(--ink); }
#sources { position: sticky; top: 0; max-height: 100vh; overflow-y: auto !important; scrollbar-gutter: stable;
  padding: 1.1rem .6rem 1rem 1.6rem; border-left: 1px solid var(--rule); }
#panel { align-self: stretch; }
#sources h3 { font-size: 1.0625rem; font-weight: 650; margin: 1.5rem 0 .4rem; color: var(--ink); }
.earlier { margin: 0 0 .6rem; } .earlier[open] summary { margin-bottom: .6rem; }
.offered { display: flex; flex-direction: column; gap: .5rem; margin: .8rem 0 1.2rem; }
.offered h3 { font-size: 1rem; font-weight: 650; margin: 0; color: var(--ink); }
.offered button { text-align: left; white-space: normal; font: 500 1rem/1.4 var(--sans); color: var(--accent);
  background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: .55rem .9rem; cursor: pointer; }
.offered button:hover, #new:hover { background: var(--accent-pale); border-color: var(--accent); }
body:has(.exchange) #opening, body:not(:has(.exchange)) #new { display: none; }
body:has(.exchange.pending) #send { background: var(--soft); }
body:not(:has(.exchange.writing)) #stop, body:has(.exchange.writing) #send { display: none; }
#new { color: var(--accent); background: var(--card); border: 1px solid var(--rule); font-size: 1rem;
  font-weight: 600; }
#composer { position: sticky; bottom: 0; z-index: 5; background: var(--paper); padding: .8rem 0 .6rem;
  border-top: 1px solid var(--rule); max-width: 46rem; gap: .3rem; }
#asking { align-items: flex-end; gap: .75rem; flex-wrap: nowrap; }
.menus { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .5rem .8rem;
  margin: .4rem 0 .6rem; }
.menus label { display: block; font-size: .95rem; font-weight: 600; color: var(--ink); }
.menus select { width: 100%; font: inherit; font-size: 1rem; padding: .35rem .4rem; border: 1px solid #767c82;
  border-radius: .3rem; background: var(--card); color: var(--ink); }
.correct { margin: 0 0 .9rem; font-size: 1rem; } .standing, .take, .exchange .wrong { font-size: 1rem; }
.exchange .take h4 { font-size: 1rem; margin: .7rem 0 .2rem; } .exchange .take p { margin: 0 0 .4rem; }
.exchange .take .forms { padding: 0; list-style: none; } .exchange .take .forms li { margin: 0; }
.exchange p.follows { color: var(--soft); margin-bottom: .3rem; }
.wrong fieldset { border: 0; margin: 0 0 .5rem; padding: 0; } .wrong legend { font-weight: 600; padding: 0; }
.wrong label { display: block; margin: .2rem 0; } .wrong label input { appearance: auto;
  width: 1.1em; height: 1.1em; margin: 0 .4rem 0 0; vertical-align: -.15em; accent-color: var(--accent); }
.wrong textarea { display: block; width: 100%; font: inherit; padding: .35rem .5rem; margin: 0 0 .6rem;
  border: 1px solid #767c82; border-radius: .3rem; background: var(--card); color: var(--ink); }
:is(.correct, .standing, .take, .wrong, .about) button { font: 600 1rem var(--sans); color: var(--accent);
  background: var(--card);
  border: 1px solid var(--accent); border-radius: .4rem; padding: .4rem .9rem; cursor: pointer; }
:is(.correct, .standing, .take, .wrong, .about) button:hover { background: var(--accent-pale); }
#question { padding: 0; min-width: 0; }
#question label > span { font-size: 1rem; font-weight: 600; color: var(--ink); background: none; padding: 0;
  margin: 0 0 .3rem; border: 0; }
#question textarea { font-size: 1.125rem; line-height: 1.45; padding: .6rem .8rem; border: 1px solid #767c82;
  border-radius: .4rem;
  background: var(--card); color: var(--ink); box-shadow: none; }
#modes { padding: 0; border: 0; background: none; } #modes > * { display: inline; }
#modes .wrap { vertical-align: baseline; display: inline-flex; flex-wrap: wrap; gap: .1rem 1.2rem; }
#modes span, #modes label { font-size: 1rem; color: var(--ink); background: none; border: 0; padding: 0; margin: 0;
  box-shadow: none; }
#modes [data-testid=block-info] { font-weight: 600; margin-right: 1.2rem; display: inline; line-height: inherit; }
#modes label { cursor: pointer; display: inline-flex; align-items: baseline; line-height: inherit; }
#modes label span { margin-left: .4rem; }
#modes input { appearance: auto; width: 1.1em; height: 1.1em; margin: 0; align-self: center;
  accent-color: var(--accent); }
#stop { flex: 0 0 auto; min-width: 6rem; font-size: 1.0625rem; font-weight: 650; padding: .6rem 1.2rem;
  border-radius: .4rem; background: var(--card); color: var(--warn); border: 2px solid currentColor; }
#send { flex: 0 0 auto; min-width: 6rem; font-size: 1.0625rem; font-weight: 650; padding: .6rem 1.2rem;
  border-radius: .4rem;
  background: var(--accent); color: var(--accent-ink); border: 0; }
@media (max-width: 60rem) {
  #columns { flex-direction: column; gap: 1.5rem; }
  #columns > * { width: 100%; min-width: 0 !important; }
  #sources { position: static; max-height: none; overflow: visible !important; }
  #sources { border-left: 0; border-top: 1px solid var(--rule); padding: 1.2rem 0 0; }
  #top { flex-direction: column; align-items: flex-start; }
}
@media (max-height: 40rem) {
  #composer { position: static; }
}
@media (max-width: 30rem) {
  #top h1 { font-size: 1.5rem; }
  .source dl div { grid-template-columns: 5.2rem 1fr; }
  #send { min-width: 4.5rem; padding: .6rem .9rem; }
}
"""
"For gradio, which marks a dark page with a class."

PAGES_STYLE = f":root {{{LIGHT}}} @media (prefers-color-scheme: dark) {{ :root {{{DARK}}} }} {SHARED}" + """
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body.pages { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 var(--sans);
  overflow-wrap: anywhere; }
.pages a { color: var(--accent); text-underline-offset: .15em; }
.pages header { display: flex; flex-wrap: wrap; gap: .4rem 2rem; align-items: baseline; justify-content: space-between;
  padding: .9rem clamp(1rem, 3vw, 2rem); border-bottom: 1px solid var(--rule); }
.pages .product { margin: 0; font-weight: 650; }
.pages nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0; padding: 0; }
.pages nav [aria-current] { font-weight: 650; text-decoration: none; color: var(--ink); }
.skip { position: absolute; left: -999rem; } .skip:focus { left: .5rem; top: .5rem; background: var(--card);
  padding: .5rem; }
main { max-width: 60rem; margin: 0 auto; padding: 1.2rem clamp(1rem, 3vw, 2rem) 3rem; }
main.wide { max-width: 100rem; } main:focus { outline: none; }
.pages h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; }
.pages h2 { font-size: 1.2rem; margin: 0 0 .4rem; }
.pages :is(h3, h4, h5, h6) { font-size: 1.0625rem; margin: 1.2rem 0 .4rem; }
.told { color: var(--soft); margin: 0 0 .8rem; }
.beside { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 2rem; align-items: start; }
.whole { max-height: calc(100vh - 6rem); overflow-y: auto; padding: .2rem 1rem 1rem; background: var(--card);
  border: 1px solid var(--rule); border-radius: .4rem; font-family: var(--serif); }
.whole :is(h3, h4, h5, h6) { font-family: var(--sans); }
.whole .folio { font: 600 .9rem var(--sans); color: var(--soft); padding-top: .3rem;
  border-top: 1px solid var(--rule); }
.whole .list_item { padding-left: 1.2rem; }
.whole .table_row { border-left: .2rem solid var(--rule); padding-left: .8rem; }
.pages section { margin: 1.6rem 0 0; }
.scroll { overflow-x: auto; position: relative; }
.pages table { border-collapse: collapse; font-size: 1rem; min-width: 40rem; }
.pages :is(th, td) { text-align: left; vertical-align: top; padding: .45rem .7rem; border-bottom: 1px solid var(--rule);
  overflow-wrap: normal; }
.pages thead th { font-size: .95rem; border-bottom-width: 2px; }
.pages tbody th { font-weight: 500; min-width: 14rem; }
.file { font-size: .9rem; color: var(--soft); overflow-wrap: anywhere; }
.pages :is(button, input) { font: inherit; }
.pages :is(input[type=search], input[type=file]) { max-width: 100%; padding: .4rem .6rem; border: 1px solid #767c82;
  border-radius: .3rem; background: var(--card); color: var(--ink); }
.pages button { font-weight: 650; padding: .5rem 1.1rem; border: 0; border-radius: .4rem; cursor: pointer;
  background: var(--accent); color: var(--accent-ink); }
.pages button.grave { background: var(--warn); color: var(--paper); margin-right: 1rem; }
.pages button:disabled { background: var(--soft); color: var(--paper); }
.kept { list-style: none; margin: 0; padding: 0; }
.kept > li { border-top: 1px solid var(--rule); padding: .9rem 0; }
.kept h2 { font-size: 1.0625rem; overflow-wrap: anywhere; margin: 0; } .kept p { margin: .1rem 0 .3rem; }
.doing { display: flex; flex-wrap: wrap; gap: .2rem 2rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: 0 0 .4rem; }
.legend svg { vertical-align: -2px; }
.verdict { font-weight: 600; white-space: nowrap; padding: 0 .4rem; border: 1px solid currentColor;
  border-radius: .2rem; }
.verdict.wrong { color: var(--warn); background: var(--warn-pale); }
.verdict.right { color: var(--accent); background: var(--accent-pale); }
.figures svg { display: block; width: 100%; min-width: 36rem; max-width: 50rem; height: auto; }
.figures svg text { fill: var(--ink); font-size: 13.5px; } .figures svg .tick { fill: var(--soft); }
.figures svg .grid { stroke: var(--rule); }
.figures svg .interval { stroke: var(--accent); stroke-width: 3; opacity: .55; }
.figures svg .dot { fill: var(--accent); }
.pages :is(td, th).n { text-align: right; font-variant-numeric: tabular-nums; }
.pages .tight tbody th { min-width: 5rem; }
.says { display: block; font-weight: 400; font-size: .9rem; color: var(--soft); }
.lead { font-size: 1.2rem; font-weight: 650; margin: .4rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; align-items: center; } .row form { margin: 0; }
.pages ul.row { list-style: none; padding: 0; margin: .4rem 0; }
.pages select { font: inherit; max-width: 100%; padding: .4rem .5rem; border: 1px solid #767c82; border-radius: .3rem;
  background: var(--card); color: var(--ink); }
.pages button.plain { background: var(--card); color: var(--accent); border: 1px solid var(--accent); }
.pages .exchange { padding-top: 0; } .case h3, .case .exchange h3 { font-size: 1.2rem; margin: 1.2rem 0 .5rem; }
.source:target { border-color: var(--accent); box-shadow: inset .25rem 0 0 var(--accent); }
.pages progress { width: min(30rem, 100%); height: 1.2rem; accent-color: var(--accent); }
.plot { display: block; }
.plot text { fill: var(--ink); font: 14px var(--sans); } .plot line { stroke: var(--rule); }
.plot .amount, :is(.plot, .legend) .circle { fill: var(--accent); }
:is(.plot, .legend) .square { fill: var(--warn); } :is(.plot, .legend) .diamond { fill: var(--soft); }
:is(.plot, .legend) .triangle { fill: var(--ink); }
@media (max-width: 60rem) {
  .beside { grid-template-columns: minmax(0, 1fr); }
  .whole { max-height: 70vh; }
}
""" + ANSWERS
