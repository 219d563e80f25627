"""The chat page's style sheet: colours for light and dark, type, the two columns and their narrow form."""

STYLE = """
:root {
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c2329; --soft: #4b555e; --rule: #d9d5cb;
  --accent: #14515c; --accent-ink: #ffffff; --accent-pale: #e6f0f1; --marked: #ffe9a8; --marked-ink: #1c2329;
  --warn: #7a3b00; --warn-pale: #fdf1e2;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  --serif: Charter, "Bitstream Charter", Georgia, Cambria, "Times New Roman", "Liberation Serif", serif;
}
.dark {
  --paper: #14181b; --card: #1c2226; --ink: #eceae4; --soft: #b6bcc0; --rule: #3a4349;
  --accent: #8fd0da; --accent-ink: #0d2a30; --accent-pale: #21353a; --marked: #6b5410; --marked-ink: #fff6d8;
  --warn: #f3c48d; --warn-pale: #33281b;
}
html { scroll-padding-bottom: 8rem; }
body, gradio-app, .gradio-container { background: var(--paper) !important; color: var(--ink);
  font-family: var(--sans); }
.gradio-container { width: 100%; max-width: 84rem !important; margin: 0 auto !important; font-size: 1.0625rem;
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
#new { flex: 0 0 auto; min-width: 11rem; }
#columns { gap: 2.5rem; align-items: flex-start; margin-top: .5rem; }
#conversation { max-width: 46rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; font-weight: 650; margin: 0 0 .5rem; color: var(--ink); }
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
.exchange ul { list-style: disc; } .exchange ol { list-style: decimal; }
.exchange li { margin: 0 0 .5rem; }
.waiting { color: var(--soft); }
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
#sources { position: sticky; top: 0; max-height: 100vh; overflow-y: auto !important; scrollbar-gutter: stable;
  padding: 1.1rem .6rem 1rem 1.6rem; border-left: 1px solid var(--rule); }
#panel { align-self: stretch; }
#sources h3 { font-size: 1.0625rem; font-weight: 650; margin: 1.5rem 0 .4rem; color: var(--ink); }
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
mark { scroll-margin: 3rem; background: var(--marked); color: var(--marked-ink); padding: .08em 0;
  box-decoration-break: clone;
  -webkit-box-decoration-break: clone; }
.source dl { display: grid; gap: .2rem; margin: 0; padding-top: .7rem; border-top: 1px solid var(--rule);
  font-size: .95rem; }
.source dl div { display: grid; grid-template-columns: 6rem 1fr; gap: .5rem; }
.source dt { color: var(--soft); } .source dd { margin: 0; overflow-wrap: anywhere; }
.source .return { margin: .7rem 0 0; font-size: .95rem; }
.return a { color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
.badge { display: inline-block; margin: 0 0 .7rem; padding: .15rem .6rem; border-radius: .25rem; font-size: .95rem;
  font-weight: 600;
  color: var(--warn); background: var(--warn-pale); border: 1px solid currentColor; }
.notice { padding: .9rem 1.1rem; border: 1px solid var(--rule); border-left: .3rem solid var(--warn);
  background: var(--card); }
.earlier { margin: 0 0 .6rem; } .earlier[open] summary { margin-bottom: .6rem; }
.suggestions { gap: .5rem; } .suggestions h2 { font-size: 1rem; margin: .4rem 0 0; }
button.suggestion { justify-content: flex-start; text-align: left; white-space: normal; font-weight: 500;
  font-size: 1rem;
  color: var(--accent); background: var(--card); border: 1px solid var(--rule); border-radius: .4rem;
  padding: .6rem .9rem;
  max-width: 46rem; }
button.suggestion:hover, #new:hover { background: var(--accent-pale); border-color: var(--accent); }
#new { color: var(--accent); background: var(--card); border: 1px solid var(--rule); font-size: 1rem;
  font-weight: 600; }
#composer { position: sticky; bottom: 0; z-index: 5; background: var(--paper); padding: .8rem 0 1rem;
  border-top: 1px solid var(--rule);
  align-items: flex-end; gap: .75rem; max-width: 46rem; flex-wrap: nowrap; }
#question { padding: 0; min-width: 0; }
#question label > span { font-size: 1rem; font-weight: 600; color: var(--ink); background: none; padding: 0;
  margin: 0 0 .3rem; border: 0; }
#question textarea { font-size: 1.125rem; line-height: 1.45; padding: .6rem .8rem; border: 1px solid #767c82;
  border-radius: .4rem;
  background: var(--card); color: var(--ink); box-shadow: none; }
#send { flex: 0 0 auto; min-width: 6rem; font-size: 1.0625rem; font-weight: 650; padding: .75rem 1.2rem;
  border-radius: .4rem;
  background: var(--accent); color: var(--accent-ink); border: 0; }
#send:disabled { opacity: 1; background: var(--soft); color: var(--paper); }
:is(a, button, summary, textarea, input, [tabindex]):focus-visible { outline: 3px solid var(--accent) !important;
  outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
@media (max-width: 60rem) {
  #columns { flex-direction: column; gap: 1.5rem; }
  #columns > * { width: 100%; min-width: 0 !important; }
  #sources { position: static; max-height: none; overflow: visible !important; }
  #sources { border-left: 0; border-top: 1px solid var(--rule); padding: 1.2rem 0 0; }
  #top { flex-direction: column; align-items: flex-start; }
}
@media (max-width: 30rem) {
  #top h1 { font-size: 1.5rem; }
  .source dl div { grid-template-columns: 5.2rem 1fr; }
  #send { min-width: 4.5rem; padding: .75rem .9rem; }
}
"""
