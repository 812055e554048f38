/** A report with parts of every kind, for the tests that look at one in a browser. */
import type { Plot } from '../../src/cli/html/plot.ts';
import type { ReportDocument } from '../../src/cli/html/report-page.ts';

const START = Date.UTC(2026, 10, 15) / 1000;
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

function wave(count: number, height: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, index) => {
    const share = 1 + Math.sin((index / 24) * 2 * Math.PI) / 2;
    return [START + index * 3600, height * share] as const;
  });
}

const CURVES = {
  x: { label: 'hour', format: 'time' },
  y: { label: 'requests an hour' },
  series: [
    { name: 'Verified bots', points: wave(168, 700) },
    { name: 'Browsers', points: wave(168, 1900) },
    { name: 'متصفح مشبوه', points: wave(168, 2400) },
  ],
} as const;

const PLOTS: readonly Plot[] = [
  { kind: 'areas', title: 'Requests by class', note: 'Automation does not sleep.', ...CURVES },
  {
    kind: 'lines',
    title: 'Requests of each class',
    marks: [{ label: 'limit', value: 3000 }],
    ...CURVES,
  },
  {
    kind: 'bars',
    title: 'A thousand requests',
    y: { label: 'dollars for a thousand requests', format: 'dollars' },
    marks: [{ label: 'yield', value: 0.5 }],
    bars: [
      {
        label: `Rented card, residential proxies, ${AGENT}`,
        value: 1.31,
        parts: [
          { name: 'compute', value: 0.01 },
          { name: 'addresses', value: 1.3 },
        ],
      },
      { label: '2001:db8::/56', value: 0.42 },
    ],
  },
  { kind: 'lines', title: 'Nothing', x: CURVES.x, y: CURVES.y, series: [] },
];

const ROWS = [
  [AGENT, '210,002', '30.4 GB', 'no style sheets; 24 hours a day', '12', '$1,234.50'],
  ['Verylongword'.repeat(20), '31', '1 kB', 'names no browser', '1', '$0.0042'],
  ['דפדפן/1.0 (שלום)', '12', '12 B', '/ar/صفحة?x=1', '1', '-$5'],
];

/** `cells` become a table of their own. */
export function exampleReport(cells: readonly string[] = []): ReportDocument {
  const [agent, ...numbers] = ['User agent', 'Requests', 'Bytes', 'Evidence', 'Networks', 'Cost'];
  const columns = [
    { label: agent ?? '' },
    ...numbers.map((label) =>
      label === 'Evidence' ? { label } : { label, align: 'end' as const },
    ),
  ];
  return {
    title: 'Threat assessment of example.org',
    lead: 'Of 1,000,000 requests in seven days, 41% came from programs that say they are browsers.',
    footer: 'Edgetoll 0.1.0, 2026-11-22 06:30 UTC',
    sections: [
      {
        heading: 'Key numbers',
        parts: [
          {
            kind: 'figures',
            figures: [
              { label: 'Requests', value: '1,000,000', note: '12 lines could not be read' },
              { label: 'Cost of a thousand requests', value: '$0.31' },
              { label: 'Median visitor waits', value: '0.9 s' },
            ],
          },
          {
            kind: 'text',
            text: 'What follows was read from the log alone.\n\n- addresses\n- paths',
          },
        ],
      },
      {
        heading: 'Who comes',
        parts: [
          { kind: 'table', caption: 'Suspected automation', columns, rows: ROWS },
          { kind: 'table', caption: 'Nobody', columns: [{ label: 'Name' }], rows: [] },
          {
            kind: 'table',
            caption: 'Texts',
            columns: [{ label: 'Text' }],
            rows: cells.map((cell) => [cell]),
          },
        ],
      },
      { heading: 'What it costs', parts: PLOTS.map((plot) => ({ kind: 'plot', plot })) },
      {
        heading: 'Proposed policy',
        parts: [{ kind: 'code', caption: 'policy.yaml', text: `version: 1 # ${AGENT} ${AGENT}\n` }],
      },
    ],
  };
}
