/**
 * A policy as it is published: one value of the store.
 *
 *   {"format": 1, "schema": 1, "version": "<ISO time>-<digest>", "digest": "<of the document>",
 *    "document": {...}}
 *   {"format": 1, "removed": true}      back to the policy of the Worker's variables
 *
 * Owns the format, its bounds, and why a value is refused. Must not know the store, nor what
 * becomes of the policy that was in force. Each version of the gate knows one format and one
 * schema: a later one is refused whole, never read in part (SECURITY-BAR 3.26).
 */
import { readTable, type PolicyProblem, type Table } from '../policy-problem.ts';
import { findDocumentProblems, type PolicyBase } from './complete-document.ts';
import { decodeDocument, SCHEMA, type PolicyDocument } from './policy-document.ts';

export const STORED_FORMAT = 1;
/** Key of the policy in force. */
export const STORED_KEY = 'policy/current';
/** Longest value, in characters: 100,000 packed networks of IPv4 are 1.1 million. */
export const MAX_STORED_LENGTH = 2_000_000;

/** Why a value is refused, in the order of the checks. */
export type StoredRefusal = 'too-large' | 'malformed' | 'schema' | 'invalid';

export interface StoredPolicy {
  /** Time of publication and digest, in plain characters. One that was rolled back to comes again. */
  readonly version: string;
  /** Of the document as it was published; for people, no decision rests on it. */
  readonly digest: string;
  readonly document: PolicyDocument;
}

export type StoredReading =
  | { readonly kind: 'policy'; readonly stored: StoredPolicy }
  | { readonly kind: 'removed' }
  | {
      readonly kind: 'refused';
      readonly reason: StoredRefusal;
      readonly problems: readonly PolicyProblem[];
    };

const VERSION = /^[\w.:+-]{1,96}$/;
const DIGEST = /^[\w-]{8,64}$/;
const MEMBERS = ['format', 'schema', 'version', 'digest', 'document'];

function refused(
  reason: StoredRefusal,
  problems: readonly PolicyProblem[] = [],
): Extract<StoredReading, { kind: 'refused' }> {
  return { kind: 'refused', reason, problems };
}

function parseTable(text: string): Table | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return readTable(value);
  } catch {
    return undefined;
  }
}

function hasOnly(table: Table, members: readonly string[]): boolean {
  return [...table.keys()].every((key) => members.includes(key));
}

function plainText(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

/** Never throws for a text, whatever it is. */
export function readStoredPolicy(text: string, base: PolicyBase): StoredReading {
  if (text.length > MAX_STORED_LENGTH) return refused('too-large');
  const table = parseTable(text);
  if (table === undefined || typeof table.get('format') !== 'number') return refused('malformed');
  if (table.get('format') !== STORED_FORMAT) return refused('schema');
  if (table.has('removed')) {
    const isTombstone = table.get('removed') === true && hasOnly(table, ['format', 'removed']);
    return isTombstone ? { kind: 'removed' } : refused('malformed');
  }
  const value = table.get('document');
  const schemas = [table.get('schema'), readTable(value)?.get('schema')];
  if (schemas.some((schema) => typeof schema !== 'number')) return refused('malformed');
  if (schemas.some((schema) => schema !== SCHEMA)) return refused('schema');
  const version = plainText(table.get('version'), VERSION);
  const digest = plainText(table.get('digest'), DIGEST);
  if (version === undefined || digest === undefined || !hasOnly(table, MEMBERS)) {
    return refused('malformed');
  }
  const decoded = decodeDocument(value);
  if (!decoded.ok) return refused('invalid', decoded.problems);
  const { document } = decoded;
  const problems = findDocumentProblems(document, base);
  if (problems.length > 0) return refused('invalid', problems);
  return { kind: 'policy', stored: { version, digest, document } };
}

/** The value to publish. @param document the raw document, which `decodeDocument` accepts */
export function formatStoredPolicy(
  document: unknown,
  { version, digest }: Pick<StoredPolicy, 'version' | 'digest'>,
): string {
  return JSON.stringify({ format: STORED_FORMAT, schema: SCHEMA, version, digest, document });
}

/** The value that takes the published policy back. */
export const TOMBSTONE = JSON.stringify({ format: STORED_FORMAT, removed: true });
