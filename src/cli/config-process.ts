/** The process in which `config-apart.ts` asks wrangler: prints what it says of a file as JSON. */
import { readRaw } from './worker-config.ts';

const [file = '', env] = process.argv.slice(2);
const raw = await readRaw(file, env);
const rates = typeof raw === 'string' ? undefined : raw.ratesPerMinute;
const answer =
  typeof raw === 'string'
    ? { message: raw }
    : { ...raw, ratesPerMinute: rates === undefined ? [] : [...rates] };
process.stdout.write(JSON.stringify(answer));
