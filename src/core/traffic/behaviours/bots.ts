/**
 * Bots that say what they are: verified ones, declared ones, and those that lie about it.
 *
 * Owns who is which; addresses of the verified come from the published lists.
 */
import type { ClientClass } from '../../assessment/client-class.ts';
import { readSnapshot } from '../../bots/bot-lists.ts';
import type { Behaviour } from '../behaviour.ts';
import type { World } from '../world.ts';
import { CLAIMED, LISTED, META, UNLISTED, type BotRow } from './bot-agents.ts';
import { MANNERS } from './bot-manners.ts';
import { createMachine } from './machine.ts';

function botOf(world: World, row: BotRow): Behaviour {
  const isProved = row.list !== undefined || (row.asn !== undefined && world.knowsAsn);
  const own: ClientClass = isProved ? 'verified-bot' : 'declared-bot';
  return {
    name: row.name,
    class: own,
    share: row.share,
    rhythm: row.manner === 'fetch' ? 'people' : 'steady',
    campaign: row.campaign,
    start(start) {
      const { random } = start;
      const home = row.manner === 'feed' && random.next() < 0.5 ? 'household' : 'hosting';
      const machine = createMachine(world, random, {
        behaviour: row.name,
        class: own,
        agent: random.pick(row.agents),
        carrier: home,
      });
      const address = row.list === undefined ? undefined : world.addresses.listed(random, row.list);
      const visitor = {
        ...machine,
        ...(address === undefined ? {} : { address, country: 'us' }),
        ...(row.asn === undefined ? {} : { asn: row.asn }),
      };
      return MANNERS[row.manner]({ ...start, world, visitor });
    },
  };
}

function falseBot(world: World): Behaviour {
  return {
    name: 'false-bot',
    class: 'false-bot',
    share: 3,
    rhythm: 'steady',
    campaign: 70,
    start(start) {
      const visitor = createMachine(world, start.random, {
        behaviour: 'false-bot',
        class: 'false-bot',
        agent: start.random.pick(start.random.pick(CLAIMED)),
        carrier: start.random.next() < 0.8 ? 'hosting' : 'household',
      });
      const manner = start.random.next() < 0.8 ? 'crawl' : 'script';
      return MANNERS[manner]({ ...start, world, visitor });
    },
  };
}

/** Every bot that says that it is one. */
export function createBots(world: World): readonly Behaviour[] {
  const lists = readSnapshot();
  const listed = LISTED.filter(({ list }) => list !== undefined && lists.has(list));
  return [...listed, ...UNLISTED, META].map((row) => botOf(world, row)).concat(falseBot(world));
}
