/** Options and table of the benchmark of assessments. */
import { describe, expect, it } from 'vitest';
import { formatAssessTable, parseAssessOptions, parsePeakMib } from '../bench/assess.ts';

describe('the benchmark of assessments', () => {
  it('reads its options within their bounds', () => {
    expect(parseAssessOptions([])).toEqual({
      lines: 1_000_000,
      rounds: 5,
      formats: ['combined'],
      isGzip: false,
      isJson: false,
    });
    expect(parseAssessOptions(['--help'])).toBeUndefined();
    expect(parseAssessOptions(['--lines', '10000000', '--only', 'logpush,common'])).toMatchObject({
      lines: 10_000_000,
      formats: ['common', 'logpush'],
    });
    expect(() => parseAssessOptions(['--lines', '999'])).toThrow('--lines takes');
    expect(() => parseAssessOptions(['--rounds', '101'])).toThrow('--rounds takes');
    expect(() => parseAssessOptions(['--only', 'xml'])).toThrow('not xml');
  });

  it('reads the peak of memory from /proc', () => {
    expect(parsePeakMib('VmPeak:\t  900 kB\nVmHWM:\t  204800 kB\n')).toBe(200);
    expect(parsePeakMib('Name:\tnode\n')).toBeNaN();
  });

  it('shows medians and ranges', () => {
    const runs = [1, 3, 2].map((n) => ({
      linesPerSecond: n * 1000,
      linesPerCpuSecond: n * 2000,
      peakMib: 100 + n,
    }));
    const table = formatAssessTable([{ format: 'combined', runs }]);
    expect(table).toMatch(
      /combined +2000 \(1000\.\.3000\) +4000 \(2000\.\.6000\) +102 \(101\.\.103\)/,
    );
  });
});
