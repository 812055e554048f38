import { describe, expect, it } from 'vitest';
import {
  compileTemplate,
  encodeJsonBlock,
  escapeHtml,
  joinHtml,
} from '../../src/http/page/template.ts';

const HOSTILE = `</script><script>alert(1)</script><!-- '"&\u2028\u2029{{text a}}`;

describe('compileTemplate', () => {
  it('escapes every text slot and every string', () => {
    const slots = { a: 'text' } as const;
    const template = compileTemplate('<p title="{{text a}}">{{string s}}</p>', {
      strings: { s: '<b>' },
      slots,
    });
    const escaped = escapeHtml(HOSTILE);
    expect(template.render({ a: HOSTILE })).toBe(`<p title="${escaped}">&lt;b&gt;</p>`);
    expect(escaped).not.toMatch(/[<>"']/);
  });

  it('encodes JSON so that no script block can end, and reads back the same', () => {
    const block = encodeJsonBlock({ value: HOSTILE });
    expect(block).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(block)).toEqual({ value: HOSTILE });
  });

  it('puts the output of another template in as it is', () => {
    const inner = compileTemplate('<i>{{text a}}</i>', { strings: {}, slots: { a: 'text' } });
    const outer = compileTemplate('[{{html x}}]', { strings: {}, slots: { x: 'html' } });
    expect(outer.render({ x: inner.render({ a: '<' }) })).toBe('[<i>&lt;</i>]');
    expect(outer.render({ x: joinHtml([]) })).toBe('[]');
  });

  it('binds slots for good, and a bound value is not read as a template', () => {
    const slots = { a: 'text', b: 'text' } as const;
    const template = compileTemplate('{{text a}} {{text b}} {{text a}}', { strings: {}, slots });
    const bound = template.bind({ a: '{{text b}}' });
    expect(bound.render({ b: '$&' })).toBe('{{text b}} $&amp; {{text b}}');
  });

  it.each([
    ['an unknown slot', '{{text b}}{{text a}}'],
    ['a missing slot', 'nothing'],
    ['a slot of another kind', '{{json a}}'],
    ['an unknown string', '{{string x}}{{text a}}'],
    ['a property of Object.prototype', '{{string constructor}}{{text a}}'],
    ['a malformed slot', '{{text  a}}{{text a}}'],
    ['an unknown kind', '{{raw a}}{{text a}}'],
    ['a stray brace pair', '{{text a}}}} '],
  ])('throws for %s', (_, source) => {
    expect(() => compileTemplate(source, { strings: {}, slots: { a: 'text' } })).toThrow(
      /template:/,
    );
  });
});
