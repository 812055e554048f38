/** What becomes of a form that met the gate (SECURITY-BAR F05). */
import { describe, expect, it } from 'vitest';
import type { PageData } from '../../src/core/wire/page-data.ts';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import type { Sent, TestGate } from '../support/test-gate.ts';
import { NAVIGATION } from '../support/visitor.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const SAME_ORIGIN = { ...NAVIGATION, ...FORM, Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin' };

async function formOf(gate: TestGate, sent: Sent): Promise<PageData['form']> {
  const response = await gate.send('/form', { method: 'POST', ...sent });
  expect(response.status).toBe(403);
  const html = await response.text();
  const data: PageData = JSON.parse(/id="toll-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '');
  return data.form;
}

describe('a POST without a pass', () => {
  it('F05: is carried where it is a form of this origin', async () => {
    const gate = await openTestGate();
    const body = 'a=1&b=%C3%A9+x&a=2&c=';
    expect(await formOf(gate, { headers: SAME_ORIGIN, body })).toEqual({ kind: 'carried', body });
    const { 'Sec-Fetch-Site': _, ...old } = SAME_ORIGIN;
    expect(await formOf(gate, { headers: old, body })).toEqual({ kind: 'carried', body });
    expect(gate.seen).toEqual([]);
  });

  it('F05: from another site is never carried', async () => {
    const gate = await openTestGate();
    const { Origin: _, ...withoutOrigin } = SAME_ORIGIN;
    const shapes = [
      { ...SAME_ORIGIN, Origin: 'https://evil.test' },
      { ...SAME_ORIGIN, Origin: 'null' },
      { ...SAME_ORIGIN, Origin: 'http://site.test' },
      { ...SAME_ORIGIN, Origin: 'https://site.test:8443' },
      { ...SAME_ORIGIN, Origin: `${ORIGIN}, ${ORIGIN}` },
      { ...SAME_ORIGIN, 'Sec-Fetch-Site': 'cross-site' },
      { ...SAME_ORIGIN, 'Sec-Fetch-Site': 'same-site' },
      withoutOrigin,
    ];
    for (const headers of shapes) {
      expect(await formOf(gate, { headers, body: 'a=1' })).toEqual({ kind: 'not-sent' });
    }
    expect(gate.seen).toEqual([]);
  });

  it('F05: is carried up to 65,536 bytes, and only where a browser form sends the same bytes', async () => {
    const gate = await openTestGate();
    const carried = async (body: string) =>
      (await formOf(gate, { headers: SAME_ORIGIN, body })).kind;
    expect(await carried(`a=${'x'.repeat(65_534)}`)).toBe('carried');
    expect(await carried(`a=${'x'.repeat(65_535)}`)).toBe('not-sent');
    for (const body of ['a=%0A', 'a=%0D', '=x', 'a', 'a=%e9', 'a=b%2', 'a=1&&b=2', 'a=b c']) {
      expect(await carried(body), body).toBe('not-sent');
    }
    expect(await carried('a=%0D%0Ab')).toBe('carried');
    expect(await carried('')).toBe('carried');
  });

  it('F05: is carried only where its type means the same without parameters', async () => {
    const gate = await openTestGate();
    const kindOf = async (type: string) =>
      (await formOf(gate, { headers: { ...SAME_ORIGIN, 'Content-Type': type }, body: 'a=1' })).kind;
    const form = FORM['Content-Type'];
    expect(await kindOf(`${form}; charset=UTF-8`)).toBe('carried');
    expect(await kindOf(`${form};`)).toBe('carried');
    expect(await kindOf(`${form}; charset=iso-8859-1`)).toBe('not-sent');
    expect(await kindOf(`${form}; x=y`)).toBe('not-sent');
  });

  it('F05: of another kind is told that it was not sent, and its body is not read', async () => {
    const gate = await openTestGate();
    let pulled = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulled += 1;
        if (pulled > 40) controller.close();
        else controller.enqueue(new Uint8Array(65_536));
      },
    });
    const headers = { ...SAME_ORIGIN, 'Content-Type': 'multipart/form-data; boundary=x' };
    expect(await formOf(gate, { headers, body })).toEqual({ kind: 'not-sent' });
    expect(pulled).toBeLessThan(5);
    expect(await formOf(gate, { method: 'PUT', headers: SAME_ORIGIN, body: 'a=1' })).toEqual({
      kind: 'not-sent',
    });
    expect(gate.seen).toEqual([]);
  });

  it('F05: a page that carries a form lets it be redirected elsewhere, any other page does not', async () => {
    const gate = await openTestGate();
    const policy = async (sent: Sent) =>
      (await gate.send('/form', sent)).headers.get('Content-Security-Policy');
    expect(await policy({ headers: NAVIGATION })).toContain("form-action 'self'");
    expect(await policy({ method: 'POST', headers: SAME_ORIGIN, body: 'a=1' })).not.toContain(
      'form-action',
    );
  });
});
