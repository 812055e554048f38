/** The router under Hono. */
import { describe, expect, it } from 'vitest';
import { FirstMatchRouter } from '../../src/http/first-match-router.ts';

function createRouter(): (method: string, path: string) => string | undefined {
  const router = new FirstMatchRouter<string>();
  router.add('GET', '/.toll/challenge', 'challenge');
  router.add('ALL', '/.toll/challenge', 'method');
  router.add('ALL', '/.toll/*', 'not found');
  router.add('ALL', '/*', 'gate');
  return (method, path) => router.match(method, path)[0][0]?.[0];
}

describe('FirstMatchRouter', () => {
  it.each([
    ['GET', '/.toll/challenge', 'challenge'],
    ['POST', '/.toll/challenge', 'method'],
    ['GET', '/.toll/challenge/', 'not found'],
    ['GET', '/.toll/Challenge', 'not found'],
    ['GET', '/.toll/challengex', 'not found'],
    ['GET', '/.toll/', 'not found'],
    ['GET', '/.toll', 'not found'],
    ['GET', '/.tollx', 'gate'],
    ['GET', '/x/.toll/challenge', 'gate'],
    ['PROPFIND', '/', 'gate'],
    ['GET', '/*', 'gate'],
  ])('E01: %s %s goes to %s', (method, path, handler) => {
    expect(createRouter()(method, path)).toBe(handler);
  });

  it('answers with nothing where no route matches', () => {
    const router = new FirstMatchRouter<string>();
    router.add('GET', '/a', 'a');
    expect(router.match('GET', '/b')).toEqual([[]]);
    expect(router.match('POST', '/a')).toEqual([[]]);
  });
});
