/**
 * The current policy and its history in a store.
 *
 * Owns the order of writes (the version that is replaced is kept before the new one is written,
 * so that no failure in between loses it) and which version came before which. The latter stands
 * in the metadata: versions that were gone back to are in force out of their order.
 */
import { readTable } from '../core/policy/policy-problem.ts';
import {
  HISTORY_PREFIX,
  KEPT_VERSIONS,
  readPublication,
  STORED_KEY,
  type Publication,
} from './publication.ts';

/** What is asked of a key-value store. */
export interface PolicyKeys {
  list(prefix: string): Promise<readonly { readonly name: string; readonly metadata: unknown }[]>;
  get(key: string): Promise<string>;
  put(key: string, value: string, metadata: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface Published {
  /** `undefined`: nothing is published, or what is there is no policy. */
  readonly current: Publication | undefined;
  /** Versions that can be gone back to, oldest first, the current one left out. */
  readonly versions: readonly string[];
  /** The version that was in force before another was published. */
  readonly before: ReadonlyMap<string, string>;
}

function versionIn(name: string): string {
  return name.slice(HISTORY_PREFIX.length);
}

export async function readPublished(keys: PolicyKeys): Promise<Published> {
  const stored = await keys.list('policy/');
  const hasCurrent = stored.some(({ name }) => name === STORED_KEY);
  const current = hasCurrent ? readPublication(await keys.get(STORED_KEY)) : undefined;
  const before = new Map<string, string>();
  for (const { metadata } of stored) {
    const table = readTable(metadata);
    const [version, previous] = [table?.get('version'), table?.get('previous')];
    if (typeof version === 'string' && typeof previous === 'string') before.set(version, previous);
  }
  const versions = stored
    .filter(({ name }) => name.startsWith(HISTORY_PREFIX))
    .map(({ name }) => versionIn(name))
    .filter((version) => version !== current?.version)
    .toSorted();
  return { current, versions, before };
}

function metadataOf(
  { version, digest }: Publication,
  previous: string | undefined,
): Readonly<Record<string, string>> {
  return { version, digest, ...(previous === undefined ? {} : { previous }) };
}

/** Keeps the current version, makes `next` the current one, and forgets the oldest. */
export async function publish(
  keys: PolicyKeys,
  { current, versions, before }: Published,
  next: Publication,
): Promise<void> {
  if (current !== undefined) {
    const metadata = metadataOf(current, before.get(current.version));
    await keys.put(`${HISTORY_PREFIX}${current.version}`, current.text, metadata);
  }
  const isKnown = versions.includes(next.version);
  const previous = isKnown ? before.get(next.version) : current?.version;
  await keys.put(STORED_KEY, next.text, metadataOf(next, previous));
  const kept = [...versions, ...(current === undefined ? [] : [current.version])]
    .filter((version) => version !== next.version)
    .toSorted();
  for (const version of kept.slice(0, Math.max(0, kept.length - KEPT_VERSIONS))) {
    await keys.remove(`${HISTORY_PREFIX}${version}`);
  }
}

/** A version of the history; `undefined` where it is no policy. */
export async function readVersion(
  keys: PolicyKeys,
  version: string,
): Promise<Publication | undefined> {
  return readPublication(await keys.get(`${HISTORY_PREFIX}${version}`));
}

/** The version that was in force before the current one, as far as it is kept. */
export function versionBefore({ current, versions, before }: Published): string | undefined {
  if (current === undefined) return versions.at(-1);
  const previous = before.get(current.version);
  if (previous !== undefined && versions.includes(previous)) return previous;
  return versions.findLast((version) => version < current.version);
}
