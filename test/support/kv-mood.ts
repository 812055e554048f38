/** What a test says to the KV double, and what it is told. Owns these two types alone. */

/** Calls since the start or the last reset. */
export interface KvOperations {
  get: number;
  put: number;
  delete: number;
  list: number;
}

export type KvMood = 'well' | 'lagging' | 'failing';
