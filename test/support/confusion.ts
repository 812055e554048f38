/**
 * How often classes were told right: precision and recall, by clients and by requests.
 *
 * Owns the arithmetic and the text; must not know who judges.
 */
import { CLIENT_CLASSES, type ClientClass } from '../../src/core/assessment/client-class.ts';

export interface Judged {
  readonly truth: ClientClass;
  readonly judged: ClientClass;
  readonly behaviour: string;
  readonly requests: number;
}

export type Weight = 'clients' | 'requests';

const weightOf = ({ requests }: Judged, weight: Weight): number =>
  weight === 'clients' ? 1 : requests;

function sum(rows: readonly Judged[], weight: Weight): number {
  return rows.reduce((total, row) => total + weightOf(row, weight), 0);
}

export interface Score {
  /** Of those called so, the share that is. */
  readonly precision: number;
  /** Of those that are, the share called so. */
  readonly recall: number;
}

export function scoreOf(rows: readonly Judged[], own: ClientClass, weight: Weight): Score {
  const right = sum(
    rows.filter(({ truth, judged }) => truth === own && judged === own),
    weight,
  );
  return {
    precision:
      right /
      sum(
        rows.filter(({ judged }) => judged === own),
        weight,
      ),
    recall:
      right /
      sum(
        rows.filter(({ truth }) => truth === own),
        weight,
      ),
  };
}

/** Share of what is `own` in truth that was called `called`. */
export function shareCalled(
  rows: readonly Judged[],
  [own, called]: readonly [ClientClass, ClientClass],
  weight: Weight,
): number {
  const all = rows.filter(({ truth }) => truth === own);
  return (
    sum(
      all.filter(({ judged }) => judged === called),
      weight,
    ) / sum(all, weight)
  );
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(8);

/** One line a class: precision and recall, by clients and by requests. */
export function formatClasses(rows: readonly Judged[]): string {
  const lines = CLIENT_CLASSES.map((own) => {
    const [a, b] = [scoreOf(rows, own, 'clients'), scoreOf(rows, own, 'requests')];
    const all = rows.filter(({ truth }) => truth === own);
    const cells = [a.precision, a.recall, b.precision, b.recall].map(percent).join(' ');
    return `${own.padEnd(14)} ${String(all.length).padStart(7)} ${cells}`;
  });
  return `class          clients  precision/recall by clients, by requests\n${lines.join('\n')}\n`;
}

/** One line a behaviour: how much of it was called what it is. */
export function formatBehaviours(rows: readonly Judged[]): string {
  const groups = Map.groupBy(rows, ({ truth, behaviour }) => `${truth} ${behaviour}`);
  const lines = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, group]) => {
      const right = group.filter(({ truth, judged }) => truth === judged);
      const clients = right.length / group.length;
      const requests = sum(right, 'requests') / sum(group, 'requests');
      const cells = `${percent(clients)} ${percent(requests)}`;
      return `${name.padEnd(36)} ${String(group.length).padStart(6)} ${cells}`;
    });
  return `${lines.join('\n')}\n`;
}
