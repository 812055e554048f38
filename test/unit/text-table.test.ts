/** Tables and small plots in plain text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showsUnicode, sparkline, textBar } from '../../src/cli/text-plot.ts';
import { formatTextTable, TABLE_WIDTH, type TextColumn } from '../../src/cli/text-table.ts';
import { displayWidth, fitText, wrapText } from '../../src/cli/text-width.ts';

const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0';

describe('a table in plain text', () => {
  it('is as wide as its content, with numbers at the end of their column', () => {
    const columns = [{ label: 'Class' }, { label: 'Requests', align: 'end' }] as const;
    const rows = [
      ['browser', '1,234'],
      ['false-bot', '7'],
    ];
    expect(formatTextTable({ columns, rows })).toBe(
      [
        'Class      Requests',
        '---------  --------',
        'browser       1,234',
        'false-bot         7',
        '',
      ].join('\n'),
    );
  });

  it('fits 100 columns: cuts the widest text, not the numbers', () => {
    const columns = [
      { label: 'Agent' },
      { label: 'Requests', align: 'end' },
      { label: 'Path' },
    ] as const;
    const text = formatTextTable({ columns, rows: [[AGENT, '1,234,567', `/a/${'b'.repeat(60)}`]] });
    const lines = text.trimEnd().split('\n');
    expect(lines.map(displayWidth)).toEqual([60, TABLE_WIDTH, TABLE_WIDTH]);
    expect(lines[2]).toContain('...  1,234,567  /a/bbb');
  });

  it('wraps a column that is made for it', () => {
    const columns = [{ label: 'Name' }, { label: 'Why', wraps: true }];
    const rows = [
      ['curl', 'names a program that is no browser'],
      ['wget', 'x'],
    ];
    expect(formatTextTable({ columns, rows }, 24)).toBe(
      `Name  Why
----  ------------------
curl  names a program
      that is no browser
wget  x
`,
    );
  });

  it('counts wide characters as two columns and combining marks as none', () => {
    const columns = [{ label: 'Name' }, { label: 'N', align: 'end' }] as const;
    const rows = [
      ['日本', '1'],
      ['cafe\u0301', '2'],
    ];
    expect(formatTextTable({ columns, rows }).split('\n').slice(2)).toEqual([
      '日本  1',
      'cafe\u0301  2',
      '',
    ]);
  });

  it('writes out what a terminal would obey, and keeps a row on its line', () => {
    const columns = [{ label: 'Agent' }];
    const text = formatTextTable({ columns, rows: [['\u001B[2Jx\r\ny\tz']] });
    expect(text.split('\n')[2]).toBe('\\u001b[2Jx y z');
  });

  it('has a head alone without rows, takes rows that are short, and is nothing without columns', () => {
    const columns = [{ label: 'A' }, { label: 'B' }];
    expect(formatTextTable({ columns, rows: [] })).toBe('A  B\n-  -\n');
    expect(formatTextTable({ columns, rows: [['x']] })).toBe('A  B\n-  -\nx\n');
    expect(formatTextTable({ columns: [], rows: [] })).toBe('');
  });

  it('fits every width that its columns can be cut to, whatever it holds', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ maxLength: 200 }),
    );
    const column = fc.record<TextColumn>({ label: cell, wraps: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 5 }),
        fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 5 }),
        fc.integer({ min: 0, max: 60 }),
        (columns, rows, spare) => {
          const width = columns.length * 8 + spare;
          const whole = rows.map((row) => row.slice(0, columns.length));
          for (const line of formatTextTable({ columns, rows: whole }, width).split('\n')) {
            expect(displayWidth(line)).toBeLessThanOrEqual(width);
            expect(line).toBe(line.trimEnd());
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('text of a width', () => {
  it('is cut just beyond it', () => {
    expect(fitText('abcdef', 6)).toBe('abcdef');
    expect(fitText('abcdefg', 6)).toBe('abc...');
    expect(fitText('日本語日本語', 8)).toBe('日本...');
    expect(fitText('abc', 2)).toBe('..');
  });

  it('is broken at blanks, and within words that are longer', () => {
    expect(wrapText('aa bb cccccc d', 5)).toEqual(['aa bb', 'ccccc', 'c d']);
    expect(wrapText('', 5)).toEqual(['']);
    expect(wrapText('日本語', 4)).toEqual(['日本', '語']);
  });
});

describe('small plots', () => {
  const unicode = { width: 8, isUnicode: true };
  const ascii = { width: 8, isUnicode: false };

  it('draw a value a character, from 0 to the greatest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], unicode)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([0, 7, 3.5], ascii)).toBe('_@+');
    expect(sparkline([5, 5], unicode)).toBe('██');
    expect(sparkline([0, 0], unicode)).toBe('▁▁');
    expect(sparkline([-1, 1], unicode)).toBe('▁█');
    expect(sparkline([], unicode)).toBe('');
    expect(sparkline([1, Number.NaN], unicode)).toBe('█?');
  });

  it('keep the greatest of many values', () => {
    const values = Array.from({ length: 1000 }, (_, index) => (index === 777 ? 9 : 0));
    expect(sparkline(values, unicode)).toBe('▁▁▁▁▁▁█▁');
  });

  it('draw bars that never are empty for something', () => {
    expect(textBar(0.5, unicode)).toBe('████');
    expect(textBar(0.51, { ...unicode, width: 10 })).toBe('█████▏');
    expect(textBar(0.000_1, unicode)).toBe('▏');
    expect(textBar(0.000_1, ascii)).toBe('#');
    expect(textBar(0, unicode)).toBe('');
    expect(textBar(7, ascii)).toBe('########');
    expect(textBar(Number.NaN, ascii)).toBe('');
  });

  it('are ASCII where the locale is not UTF-8', () => {
    expect(showsUnicode({ LANG: 'de_DE.UTF-8' })).toBe(true);
    expect(showsUnicode({ LC_ALL: 'C', LANG: 'en_US.utf8' })).toBe(false);
    expect(showsUnicode({ LC_ALL: '', LC_CTYPE: 'C.UTF-8' })).toBe(true);
    expect(showsUnicode({ WT_SESSION: '1' })).toBe(true);
    expect(showsUnicode({})).toBe(false);
  });
});
