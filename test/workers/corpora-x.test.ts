import { expect, inject, it } from 'vitest';
it('x', () => { const c = inject('corpora'); console.log(Object.entries(c ?? {}).map(([k,v])=>k+v.length), inject('naughtyStrings').length, navigator.userAgent); expect(c).toBeDefined(); });
