/**
 * The look of a report: that of the gate's own pages, for reading and for print.
 *
 * Logical properties, so that a right-to-left document needs nothing here. Text has a contrast of at
 * least 4.5, curves and bars of at least 3 to the ground, in light and dark; a test computes both.
 */

export const LIGHT = {
  ground: '#faf9f7',
  raised: '#fff',
  ink: '#1d2328',
  soft: '#56616a',
  line: '#dcdfe0',
  accent: '#0f6a62',
  rail: '#efeeea',
  series: ['#0f6a62', '#d0702c', '#3b5ba5', '#a8862a', '#7d3f86', '#3d92b8', '#a3243b', '#6b757d'],
} as const;

export const DARK = {
  ground: '#14181b',
  raised: '#1b2024',
  ink: '#e8ebec',
  soft: '#a1abb1',
  line: '#313a40',
  accent: '#5cc8b8',
  rail: '#22292e',
  series: ['#5cc8b8', '#f0a06a', '#8aa6f0', '#e3cb6b', '#d191d6', '#4f9fc9', '#ef7f92', '#a1abb1'],
} as const;

function variables({ series, ...colours }: typeof LIGHT | typeof DARK): string {
  const named = Object.entries(colours).map(([name, value]) => `--${name}:${value};`);
  return [...named, ...series.map((value, index) => `--s${index}:${value};`)].join('');
}

const SERIES = LIGHT.series.map((_, index) => `.s${index}{color:var(--s${index})}`).join('');
const GUTTERS = Array.from({ length: 11 }, (_, width) => `.g${width}{--gutter:${width}ch}`).join(
  '',
);

export const REPORT_STYLE = `:root{color-scheme:light;${variables(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${variables(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
header,main,footer,nav{max-inline-size:60rem;margin-inline:auto;padding-inline:1.25rem}
header{padding-block:clamp(1.5rem,6vh,4rem) 0}
h1,h2{line-height:1.2;text-wrap:balance}
h1{margin:.8rem 0 .6rem;font-size:clamp(1.6rem,1.2rem + 2vw,2.1rem);font-weight:650}
h2{margin:0 0 .9rem;padding-block-start:.9rem;border-block-start:2px solid var(--ink);font-size:1.3rem;font-weight:650}
section{margin-block:2.6rem 0}
p,ul,ol{margin:0 0 .75rem}
section>:is(p,ul){max-inline-size:44rem;text-wrap:pretty}
ul,ol{padding-inline-start:1.2rem}
li{margin-block-end:.25rem}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.lead{max-inline-size:44rem;font-size:1.08rem;text-wrap:pretty}
.sign{display:block;overflow:visible;fill:none;stroke-width:4}
[dir=rtl] .sign{transform:scaleX(-1)}
.post{fill:var(--line);stroke:var(--soft);stroke-width:2}
.beam{stroke:var(--accent);stroke-width:6}
.stripes{stroke:var(--line);stroke-width:6}
.pivot{fill:var(--accent)}
nav{margin-block-start:1.6rem}
nav ol{columns:2 18rem;column-gap:2rem;padding-block:.8rem;border-block:1px solid var(--line);list-style-position:inside;padding-inline-start:0}
nav li{break-inside:avoid;font-variant-numeric:tabular-nums}
nav li::marker{color:var(--soft)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9.4rem,100%),1fr));gap:1px;margin:0 0 1.4rem;border:1px solid var(--line);border-radius:.5rem;background:var(--raised);overflow:hidden}
.figures div{padding:.8rem 1rem;outline:1px solid var(--line);display:flex;flex-direction:column}
@supports (grid-template-rows:subgrid){.figures div{display:grid;grid-row:span 3;grid-template-rows:subgrid;row-gap:0}dt{align-self:end}}
dt{color:var(--soft);font-size:.875rem;line-height:1.35}
dd{margin:0}
.number{font-size:clamp(1.25rem,.9rem + 1.6vw,1.5rem);font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums}
.about{color:var(--soft);font-size:.875rem;line-height:1.4}
.scroll{margin:0 0 1.6rem;overflow-x:auto}
table{inline-size:100%;border-collapse:collapse;font-size:.92rem;line-height:1.4}
.narrow{inline-size:auto;min-inline-size:min(100%,26rem)}
caption,figcaption{padding-block-end:.4rem;text-align:start;font-size:1rem;font-weight:600}
th,td{padding-block:.38rem;padding-inline:0 1.3rem;text-align:start;vertical-align:baseline;font-weight:400;border-block-end:1px solid var(--line)}
th:last-child,td:last-child{padding-inline-end:0}
tbody :is(th,td):not(.end){min-inline-size:8rem}
thead th{color:var(--soft);font-size:.85rem;font-weight:550;vertical-align:bottom;border-block-end-color:var(--soft);overflow-wrap:normal}
.end{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .end{min-inline-size:4.6rem;white-space:normal}
.none{color:var(--soft)}
figure{margin:0 0 1.8rem;break-inside:avoid}
.axes{margin:0 0 .3rem;color:var(--soft);font-size:.875rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:0 0 .5rem;padding:0;list-style:none;font-size:.875rem}
.legend li{display:flex;align-items:center;gap:.45rem;margin:0;min-inline-size:0}
.key{flex:none;overflow:visible}
.defs{position:absolute;inline-size:0;block-size:0}
.canvas svg{display:block;overflow:visible}
.curves{--gutter:4ch;padding-inline:calc(var(--gutter)*.86 + 14px) 1.4rem;font-size:.78rem}
.bars{padding-block-start:.3rem;font-size:.85rem}
text{fill:var(--soft);text-anchor:middle;font-variant-numeric:tabular-nums;direction:ltr;unicode-bidi:plaintext}
text.end{text-anchor:end}
text.label{text-anchor:start;fill:var(--ink)}
text.value{fill:var(--ink);font-weight:600}
.many{display:none}
.grid{stroke:var(--line)}
.zero,.tick{stroke:var(--soft)}
.mark{stroke:var(--ink);stroke-width:1.6;stroke-dasharray:3 2}
.halo{stroke:var(--ground);stroke-width:5}
.line{fill:none;stroke:currentcolor;stroke-width:2;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.line.d1,.d1>.line{stroke-dasharray:7 3}
.line.d2,.d2>.line{stroke-dasharray:2 3}
.line.d3,.d3>.line{stroke-dasharray:9 3 2 3}
.line.d4,.d4>.line{stroke-dasharray:12 5}
.dense .line.line{stroke-dasharray:none;stroke-width:1.4}
.area{fill:currentcolor;stroke:var(--ground);stroke-width:1.5;vector-effect:non-scaling-stroke}
.bar{fill:currentcolor;stroke:var(--ground);stroke-width:1}
.rest{fill:var(--soft)}
.rail{fill:var(--rail)}
.fill>rect{fill:currentcolor}
use{fill:currentcolor;stroke:var(--ground);stroke-width:1.2;paint-order:stroke}
.on-fill>use,.bars use,.fill>use{fill:var(--ground);stroke:none}
${SERIES}
${GUTTERS}
.note{max-inline-size:44rem;margin:.4rem 0 .5rem;color:var(--soft);font-size:.9rem}
details{margin-block-start:.5rem;border-block:1px solid var(--line)}
summary{padding-block:.45rem;color:var(--soft);font-size:.875rem;cursor:pointer}
details .scroll{max-block-size:24rem;overflow:auto;margin:0 0 .9rem}
details caption{font-size:.875rem}
pre{margin:0;padding:.9rem 1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--raised);overflow-x:auto;font:.85rem/1.5 ui-monospace,monospace;overflow-wrap:normal;tab-size:2}
footer{padding-block:2.5rem;color:var(--soft);font-size:.9rem}
footer p{margin:0;padding-block-start:.9rem;border-block-start:1px solid var(--line)}
@media (min-width:40em){.few{display:none}.many{display:inline}}
@media (max-width:40em){th,td{padding-inline-end:.8rem}}
@media print{html{font-size:10pt}body{background:none}header,main,footer,nav{max-inline-size:none;padding-inline:0}details{display:none}.scroll{overflow:visible}h2{break-after:avoid}tr{break-inside:avoid}pre{white-space:pre-wrap}section{margin-block-start:1.6rem}rect,path,line,use{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`;
