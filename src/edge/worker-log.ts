/** The log of the Worker and of its Durable Object. Owns the one write to the console. */
import { createConsoleLog } from './console-log.ts';
import { systemClock } from './system.ts';

// oxlint-disable-next-line no-console -- the console is the Worker's log
const writeLine = (line: string): void => console.log(line);

export const log = createConsoleLog(systemClock, writeLine);
