/** Ranges of the demo's download, without a runtime. */
import { describe, expect, it } from 'vitest';
import { byteAt, parseRange } from '../../demo/api/bytes.ts';

const SIZE_BYTES = 100;

describe('a Range header of the demo download', () => {
  it.each([
    [null, 'whole'],
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=99-99', { first: 99, last: 99 }],
    ['bytes=0-1000', { first: 0, last: 99 }],
    ['bytes=-1', { first: 99, last: 99 }],
    ['bytes=-100', { first: 0, last: 99 }],
    ['bytes=-101', { first: 0, last: 99 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=100-200', 'unsatisfiable'],
    ['bytes=9-8', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['lines=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
  ])('%s means %o', (header, expected) => {
    expect(parseRange(header, SIZE_BYTES)).toEqual(expected);
  });

  it('names bytes that do not repeat with the chunk size', () => {
    expect([0, 1, 255, 256, 65_536].map(byteAt)).toEqual([0, 31, 225, 17, 0]);
  });
});
