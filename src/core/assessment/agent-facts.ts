/**
 * What a user agent says of itself, read once per agent.
 *
 * Owns the reading: a program or a browser, which one, how old, and whether such a browser can be.
 * Must not know behaviour. Nothing here is a proof: whatever says that it is a browser is judged by
 * what it does (`evidence.ts`).
 */
import { claimsBot } from '../bots/identify-bot.ts';

export type AgentKind =
  /** Says that it is a bot of the table of known bots. */
  | 'known-bot'
  /** Names a program, or nothing. */
  | 'program'
  /** Reads pages for a person without their images and styles. */
  | 'text-browser'
  | 'browser';

export type BrowserFamily = 'chrome' | 'firefox' | 'safari' | 'other';

export interface AgentFacts {
  /** At most 512 characters of what was written. */
  readonly text: string;
  readonly kind: AgentKind;
  readonly family: BrowserFamily;
  /** Of Chrome or Firefox; 0 where it names none. */
  readonly majorVersion: number;
  /** Why no such browser exists; `undefined` where it may. */
  readonly oddity: string | undefined;
  /** Driven by a program by its own word, such as HeadlessChrome. */
  readonly isHeadless: boolean;
}

export const MAX_AGENT = 512;

/** Programs by a word that is theirs alone; bots by the words that bots bear. */
const PROGRAM =
  /bot\b|bot[/_\d;:)-]|[a-z]bot|spider|crawl|scrap|slurp|fetch|curl|wget|python|urllib|java\/|ruby|perl|php\/|go-http|okhttp|axios|httpclient|http_|http-|httpx|node|undici|libwww|monitor|uptime|pingdom|check|preview|validator|archiv|scan|probe|headless|phantom|selenium|puppeteer|playwright|postman|insomnia|feed|rss|reader|\+?https?:\/\/|@[a-z\d-]+\.[a-z]|dataprovider|index|lighthouse|gptq|-agent|proxy\b|ahrefs|semrush|nmap|nikto|sqlmap|masscan|zgrab|nuclei|wordpress|drupal|lynxview|harvest|extract|download/i;
/** Telephones and engines whose names hold such a word. */
const INNOCENT =
  /cubot|\bgooglequicksearchbox|kindle fire|\bcheckpoint\b|mozilla\/5\.0 \([^)]*\bnode\b/i;
const TEXT_BROWSER =
  /^(?:lynx|links|elinks|w3m|netsurf|dillo|emacs|offpunk|edbrowse|browsh)\b|\beww\b/i;
const HEADLESS = /headless|phantomjs|electron\/.*puppeteer|playwright|selenium|webdriver/i;
/** What an application's web view appends to a browser's agent. */
const BROWSER = /^(?:mozilla\/\d|opera\/\d)/i;

function versionAfter(text: string, mark: string): number {
  const at = text.indexOf(mark);
  if (at === -1) return 0;
  const version = Number.parseInt(text.slice(at + mark.length, at + mark.length + 4), 10);
  return Number.isNaN(version) ? 0 : version;
}

function familyOf(text: string): readonly [BrowserFamily, number] {
  const chrome = versionAfter(text, 'Chrome/') || versionAfter(text, 'CriOS/');
  if (chrome > 0) return ['chrome', chrome];
  const firefox = versionAfter(text, 'Firefox/') || versionAfter(text, 'FxiOS/');
  if (firefox > 0) return ['firefox', firefox];
  if (text.includes('Safari/') || /AppleWebKit/.test(text)) return ['safari', 0];
  return ['other', 0];
}

const CHROME_PARTS = /AppleWebKit\/[\d.]+ \(KHTML, like Gecko\)/;
const FIREFOX_PARTS = /(?:rv:[\d.]+\) Gecko\/|Focus\/|FxiOS\/|like Gecko)/;
const MICROSOFT = /MSIE \d|Trident\/\d/;

/** What no browser has ever sent; only plain cases, so that a rare browser is left alone. */
function findOddity(text: string, family: BrowserFamily): string | undefined {
  if (/^mozilla\/\d(?:\.\d)?$/i.test(text)) return 'says "Mozilla" and nothing else';
  if (family === 'chrome' && !CHROME_PARTS.test(text))
    return 'says Chrome without the parts that every Chrome has';
  if (family === 'firefox' && !FIREFOX_PARTS.test(text))
    return 'says Firefox without the parts that every Firefox has';
  if (MICROSOFT.test(text))
    return 'says Internet Explorer, which has been out of support since 2022';
  const windows = /Windows NT (\d+)/.exec(text)?.[1];
  if (windows !== undefined && Number(windows) > 10) return 'says a Windows that no browser names';
  if (/Windows NT [1-5]\.\d/.test(text)) return 'says a Windows that no current browser runs on';
  if (!text.includes('(')) return 'says a browser without its system';
  return undefined;
}

function kindOf(text: string): AgentKind {
  if (text.trim() === '' || text === '-') return 'program';
  if (claimsBot(text.toLowerCase())) return 'known-bot';
  if (TEXT_BROWSER.test(text)) return 'text-browser';
  if (!BROWSER.test(text)) return 'program';
  return PROGRAM.test(text) && !INNOCENT.test(text) ? 'program' : 'browser';
}

/** Reads an agent; never fails. */
export function readAgent(written: string): AgentFacts {
  const text = written.length > MAX_AGENT ? written.slice(0, MAX_AGENT) : written;
  const kind = kindOf(text);
  const [family, majorVersion] = familyOf(text);
  return {
    text,
    kind,
    family,
    majorVersion,
    oddity: kind === 'browser' ? findOddity(text, family) : undefined,
    isHeadless: HEADLESS.test(text),
  };
}
