/** Signed agents in Node; the same suite runs in workerd. */
import { describe } from 'vitest';
import { hasCorpora, readJsonCorpus } from '../support/corpora.ts';
import { describePublishedVectors, describeSignedAgents } from '../support/signed-agent-suite.ts';

describeSignedAgents();

const isHere = hasCorpora();
describe.skipIf(!isHere)('Web Bot Auth', () => {
  describePublishedVectors((version) =>
    isHere ? readJsonCorpus(`web-bot-auth/architecture-v${version}.json`) : [],
  );
});
