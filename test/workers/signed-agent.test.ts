/** Signed agents in workerd, whose Ed25519 is the one that counts; the same suite runs in Node. */
import { describe, expect, it } from 'vitest';
import { importAgentKey, verifyEd25519 } from '../../src/core/signed-agent/ed25519.ts';
import { encodeBase64url } from '../../src/core/wire/base64url.ts';
import {
  asList,
  asRecord,
  decodeHex,
  hasCarriedCorpora,
  readCarriedJson,
} from '../support/corpora-in-workerd.ts';
import { describePublishedVectors, describeSignedAgents } from '../support/signed-agent-suite.ts';

describeSignedAgents();

const isHere = hasCarriedCorpora();
describe.skipIf(!isHere)('Web Bot Auth', () => {
  describePublishedVectors((version) =>
    isHere ? readCarriedJson(`web-bot-auth/architecture-v${version}.json`) : [],
  );
});

const MAX_ASCII = 0x7f;

describe.skipIf(!isHere)('Ed25519', () => {
  it('D04: agrees with Wycheproof wherever the message is ASCII, as a signature base is', async () => {
    const { testGroups } = asRecord(readCarriedJson('wycheproof/ed25519_test.json'));
    let [checked, wrong] = [0, 0];
    for (const group of asList(testGroups).map(asRecord)) {
      const pk = decodeHex(String(asRecord(group['publicKey'])['pk']));
      const key = await importAgentKey(encodeBase64url(pk));
      for (const test of asList(group['tests']).map(asRecord)) {
        const message = decodeHex(String(test['msg']));
        if (message.some((byte) => byte > MAX_ASCII)) continue;
        const signature = decodeHex(String(test['sig']));
        const text = String.fromCharCode(...message);
        const isValid = key !== undefined && (await verifyEd25519(key.key, signature, text));
        checked += 1;
        if (isValid !== (test['result'] === 'valid')) wrong += 1;
      }
    }
    expect([checked > 80, wrong]).toEqual([true, 0]);
  });
});
