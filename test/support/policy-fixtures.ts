/** What tests of whole policies need beside a document. Owns plain defaults, no expectation. */
import type { PolicyBase } from '../../src/core/policy/document/complete-document.ts';
import type { RequestView } from '../../src/core/policy/request-view.ts';

/** The default terms. */
export function policyBase(): PolicyBase {
  return {
    terms: {
      tier: 0,
      minSolutions: 32,
      maxSolutions: 256,
      attemptsPerSolution: 16_384,
      requestPrice: 4369,
      ttlSeconds: 3600,
      remember: false,
    },
    caseInsensitivePaths: false,
    allowedPaths: [],
  };
}

/** @param headers by names in lower case */
export function requestView(headers: Readonly<Record<string, string>>, search = ''): RequestView {
  const fields = new Map(Object.entries(headers));
  return { host: 'example.com', search, header: (name) => fields.get(name.toLowerCase()) };
}
