/**
 * A policy as it is published: its value, its version, and its history.
 *
 *   policy/current            as `core/policy/document/stored-policy.ts` writes it
 *   policy/version/<version>  the same, for the versions before
 *
 * Owns the keys and the form of a version (time of publication, digest of the document), so that
 * versions sort by age. Must not know where values are stored.
 */
import { createHash } from 'node:crypto';
import { packDocument } from '../core/policy/document/pack-document.ts';
import { formatStoredPolicy, STORED_KEY } from '../core/policy/document/stored-policy.ts';
import { readTable } from '../core/policy/policy-problem.ts';

export { STORED_KEY };
export const HISTORY_PREFIX = 'policy/version/';
/** Versions that are kept beside the current one. */
export const KEPT_VERSIONS = 10;

const DIGEST_LENGTH = 16;
const VERSION = /^[\w.:+-]{1,96}$/;

export interface Publication {
  readonly version: string;
  readonly digest: string;
  /** JSON, to be stored as it is. */
  readonly text: string;
}

/** First 16 characters of the base64url SHA-256 of the document's JSON. */
function digestOf(document: unknown): string {
  const json = JSON.stringify(document);
  return createHash('sha256').update(json).digest('base64url').slice(0, DIGEST_LENGTH);
}

/** The value to store, long lists of networks packed. @param document what `decodeDocument` accepts */
export function createPublication(document: unknown, now: Date): Publication {
  const digest = digestOf(document);
  const version = `${now.toISOString()}-${digest}`;
  const text = formatStoredPolicy(packDocument(document), { version, digest });
  return { version, digest, text };
}

/** A stored value; `undefined` for anything that is no publication, a tombstone included. */
export function readPublication(text: string): Publication | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const table = readTable(value);
    const version = table?.get('version');
    const digest = table?.get('digest');
    if (typeof version !== 'string' || typeof digest !== 'string') return undefined;
    return VERSION.test(version) ? { version, digest, text } : undefined;
  } catch {
    return undefined;
  }
}
