/**
 * How well clients were told apart, where a generated log says what they are.
 *
 * Owns the confusion matrix and what is read from it. A client that was forgotten early and came back
 * is judged twice and counted twice.
 */
import { CLIENT_CLASSES, type ClientClass, type TrueClient } from './client-class.ts';
import { forEachClass } from './top-counter.ts';

export interface Confusion {
  /** By the true class, then by the class that was said. */
  readonly clients: Readonly<Record<ClientClass, Readonly<Record<ClientClass, number>>>>;
  readonly requests: Readonly<Record<ClientClass, Readonly<Record<ClientClass, number>>>>;
}

export interface ClassScore {
  readonly class: ClientClass;
  /** Of what was called so, the part that is; `undefined` where nothing was called so. */
  readonly precision: number | undefined;
  /** Of what is so, the part that was called so; `undefined` where nothing is. */
  readonly recall: number | undefined;
}

export interface TruthScore {
  readonly confusion: Confusion;
  readonly byClients: readonly ClassScore[];
  readonly byRequests: readonly ClassScore[];
  /** Recall of each behaviour, by clients. */
  readonly behaviours: readonly {
    readonly behaviour: string;
    readonly class: ClientClass;
    readonly clients: number;
    readonly recall: number;
  }[];
  /** Part of the browsers' clients that was called automation. */
  readonly browsersCalledAutomation: number;
  /** Clients of the log that the truth does not know. */
  readonly unknownClients: number;
}

type Matrix = Record<ClientClass, Record<ClientClass, number>>;

function emptyMatrix(): Matrix {
  return forEachClass(() => forEachClass(() => 0));
}

function scoresOf(matrix: Matrix): readonly ClassScore[] {
  return CLIENT_CLASSES.map((kind) => {
    const said = CLIENT_CLASSES.reduce((sum, truth) => sum + matrix[truth][kind], 0);
    const is = CLIENT_CLASSES.reduce((sum, other) => sum + matrix[kind][other], 0);
    const right = matrix[kind][kind];
    return {
      class: kind,
      precision: said === 0 ? undefined : right / said,
      recall: is === 0 ? undefined : right / is,
    };
  });
}

/** How truth and log name the same client. */
function keyOf(address: string, agent: string): string {
  return `${address}\n${agent}`;
}

interface BehaviourSum {
  readonly class: ClientClass;
  clients: number;
  right: number;
}

export class TruthScorer {
  readonly #truth = new Map<string, TrueClient>();
  readonly #clients = emptyMatrix();
  readonly #requests = emptyMatrix();
  readonly #behaviours = new Map<string, BehaviourSum>();
  #unknown = 0;

  learn(client: TrueClient): void {
    this.#truth.set(keyOf(client.address, client.agent), client);
  }

  compare(
    {
      address,
      agent,
      requests,
    }: { readonly address: string; readonly agent: string; readonly requests: number },
    said: ClientClass,
  ): void {
    const truth = this.#truth.get(keyOf(address, agent));
    if (truth === undefined) {
      this.#unknown += 1;
      return;
    }
    this.#clients[truth.class][said] += 1;
    this.#requests[truth.class][said] += requests;
    const sum = this.#behaviours.get(truth.behaviour) ?? {
      class: truth.class,
      clients: 0,
      right: 0,
    };
    sum.clients += 1;
    if (said === truth.class) sum.right += 1;
    this.#behaviours.set(truth.behaviour, sum);
  }

  score(): TruthScore {
    const browsers = Object.values(this.#clients.browser).reduce((a, b) => a + b, 0);
    return {
      confusion: { clients: this.#clients, requests: this.#requests },
      byClients: scoresOf(this.#clients),
      byRequests: scoresOf(this.#requests),
      behaviours: [...this.#behaviours]
        .map(([behaviour, { clients, right, class: kind }]) => {
          return { behaviour, class: kind, clients, recall: right / clients };
        })
        .toSorted((a, b) => a.class.localeCompare(b.class) || b.clients - a.clients),
      browsersCalledAutomation: browsers === 0 ? 0 : this.#clients.browser.automation / browsers,
      unknownClients: this.#unknown,
    };
  }
}

function isClass(value: unknown): value is ClientClass {
  return CLIENT_CLASSES.some((kind) => kind === value);
}

/** One line of a truth file; `undefined` for anything else. */
export function parseTrueClient(line: string): TrueClient | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const members = new Map<string, unknown>(Object.entries(value));
    const [address, agent] = [members.get('address'), members.get('agent')];
    const [kind, behaviour] = [members.get('class'), members.get('behaviour')];
    const isText = typeof address === 'string' && typeof agent === 'string';
    if (!isText || typeof behaviour !== 'string' || !isClass(kind)) return undefined;
    return { address, agent, class: kind, behaviour };
  } catch {
    return undefined;
  }
}
