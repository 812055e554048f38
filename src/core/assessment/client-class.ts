/** Who comes: the classes of an assessment. Owns the names alone. */

export const CLIENT_CLASSES = [
  /** Says that it is a known bot, and its address proves it. */
  'verified-bot',
  /** Names a program that is no browser, and nothing proves or refutes it. */
  'declared-bot',
  /** Says that it is a bot whose address can be proved, and comes from elsewhere. */
  'false-bot',
  /** Looks and behaves like a person with a browser. */
  'browser',
  /** Says that it is a browser and does not behave like one. */
  'automation',
] as const;

export type ClientClass = (typeof CLIENT_CLASSES)[number];

/** What a generated log knows of a client: one line of a truth file (NDJSON). */
export interface TrueClient {
  readonly address: string;
  readonly agent: string;
  readonly class: ClientClass;
  /** Name of the generator's behaviour. */
  readonly behaviour: string;
}
