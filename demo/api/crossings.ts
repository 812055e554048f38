/** The JSON API: the crossings of a made-up bridge, filtered by direction. */
import type { Visit } from '../router.ts';

export interface Crossing {
  readonly id: number;
  readonly departs: string;
  readonly direction: 'north' | 'south';
  readonly by: 'foot' | 'ferry' | 'cart';
  readonly note: string;
}

export const CROSSINGS: readonly Crossing[] = [
  { id: 1, departs: '06:40', direction: 'north', by: 'foot', note: 'Gate opens at first light.' },
  { id: 2, departs: '07:15', direction: 'south', by: 'ferry', note: 'Takes the school children.' },
  { id: 3, departs: '08:00', direction: 'north', by: 'cart', note: 'Milk, on market days.' },
  {
    id: 4,
    departs: '09:30',
    direction: 'south',
    by: 'foot',
    note: 'Slippery when the river is up.',
  },
  { id: 5, departs: '11:10', direction: 'north', by: 'ferry', note: 'Only above low water.' },
  { id: 6, departs: '13:45', direction: 'south', by: 'cart', note: 'Grain; lead the horse.' },
  { id: 7, departs: '16:20', direction: 'north', by: 'foot', note: 'The keeper walks with you.' },
  { id: 8, departs: '18:05', direction: 'south', by: 'ferry', note: 'Last boat before dark.' },
];

/** `GET /api/crossings?direction=north`: 200 with the list, 400 for another direction. */
export function replyCrossings({ url }: Visit): Response {
  const direction = url.searchParams.get('direction');
  if (direction !== null && direction !== 'north' && direction !== 'south') {
    return Response.json({ error: 'direction is north or south' }, { status: 400 });
  }
  const items = CROSSINGS.filter((each) => direction === null || each.direction === direction);
  return Response.json({ items, total: items.length });
}
