/**
 * User agents of real browsers, as many of each as people use.
 *
 * Owns the table; must not know who uses them. Date: 2026-11. Versions: Chrome 153 of 2026-09-08 and
 * one every two weeks since (Chrome Releases blog, "Chrome is moving to a two-week release cycle",
 * 2026-03); Firefox 158 of 2026-10-13 and one every two weeks since (endoflife.date/firefox). Safari
 * freezes the system's version (WebKit blog, "News from Safari 26", 2025-09). Shares are rounded from
 * StatCounter Global Stats, and are no more exact than that: seeds change them anyway.
 */
import type { RandomSource } from '../random-source.ts';

export type Device = 'desktop' | 'phone';

interface AgentRow {
  /** `{v}`: the version. */
  readonly text: string;
  /** With what others weigh, not a percentage. */
  readonly share: number;
  /** The newest first; people lag behind. */
  readonly versions: readonly string[];
}

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64)';
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X)';

const CHROME = ['157', '156', '155', '154', '153', '152', '150', '148', '144', '138'];
const EDGE = ['157', '156', '155', '154', '153', '150'];
const FIREFOX = ['160', '159', '158', '157', '153', '140', '128'];
const SAFARI = ['26.5', '27.0', '27.1', '26.3', '18.6', '18.5', '17.6'];
const SAMSUNG = ['30.0', '29.0', '28.0', '27.0'];

const DESKTOP: readonly AgentRow[] = [
  { text: `${WINDOWS} ${BLINK} Chrome/{v}.0.0.0 Safari/537.36`, share: 46, versions: CHROME },
  { text: `${MAC} ${BLINK} Chrome/{v}.0.0.0 Safari/537.36`, share: 12, versions: CHROME },
  { text: `${LINUX} ${BLINK} Chrome/{v}.0.0.0 Safari/537.36`, share: 4, versions: CHROME },
  {
    text: `${WINDOWS} ${BLINK} Chrome/{v}.0.0.0 Safari/537.36 Edg/{v}.0.0.0`,
    share: 13,
    versions: EDGE,
  },
  { text: `${MAC} ${WEBKIT} Version/{v} Safari/605.1.15`, share: 9, versions: SAFARI },
  {
    text: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0',
    share: 6,
    versions: FIREFOX,
  },
  {
    text: 'Mozilla/5.0 (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0',
    share: 3,
    versions: FIREFOX,
  },
  {
    text: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{v}.0) Gecko/20100101 Firefox/{v}.0',
    share: 1.5,
    versions: FIREFOX,
  },
  {
    text: `${WINDOWS} ${BLINK} Chrome/{v}.0.0.0 Safari/537.36 OPR/124.0.0.0`,
    share: 2.5,
    versions: ['140', '142', '146'],
  },
];

const PHONE: readonly AgentRow[] = [
  {
    text: `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/{v}.0.0.0 Mobile Safari/537.36`,
    share: 58,
    versions: CHROME,
  },
  {
    text: `${IPHONE} ${WEBKIT} Version/{v} Mobile/15E148 Safari/604.1`,
    share: 27,
    versions: SAFARI,
  },
  {
    text: `${IPHONE} ${WEBKIT} CriOS/{v}.0.7621.45 Mobile/15E148 Safari/604.1`,
    share: 4,
    versions: CHROME,
  },
  {
    text: `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} SamsungBrowser/{v} Chrome/136.0.0.0 Mobile Safari/537.36`,
    share: 4,
    versions: SAMSUNG,
  },
  {
    text: 'Mozilla/5.0 (Android 15; Mobile; rv:{v}.0) Gecko/{v}.0 Firefox/{v}.0',
    share: 1.5,
    versions: FIREFOX,
  },
  {
    text: `Mozilla/5.0 (Linux; Android 14; SM-A155F) ${BLINK} Version/4.0 Chrome/{v}.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0.48.74;]`,
    share: 2,
    versions: CHROME,
  },
];

/** Telephones and computers that get no new browser any more, and are used all the same. */
const OUTDATED: readonly string[] = [
  `Mozilla/5.0 (Linux; Android 7.0; SM-G920F) ${BLINK} Chrome/119.0.0.0 Mobile Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 6.0.1; SM-J510FN) ${BLINK} Chrome/106.0.0.0 Mobile Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 5.1.1; SM-J320F) ${BLINK} Chrome/95.0.4638.74 Mobile Safari/537.36`,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 12_5_7 like Mac OS X) ${WEBKIT} Version/12.1.2 Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 15_8_3 like Mac OS X) ${WEBKIT} Version/15.6.6 Mobile/15E148 Safari/604.1`,
  `Mozilla/5.0 (iPad; CPU OS 9_3_5 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) Version/9.0 Mobile/13G36 Safari/601.1`,
  'Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0',
  `Mozilla/5.0 (Windows NT 6.1; Win64; x64) ${BLINK} Chrome/109.0.0.0 Safari/537.36`,
  `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) ${WEBKIT} Version/13.1.2 Safari/605.1.15`,
];

/** Programs that show text; people read with them. */
const TEXT: readonly string[] = [
  'Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/3.5.1',
  'Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.1',
  'w3m/0.5.3+git20230121',
  'Links (2.30; Linux 6.12.48+deb13-amd64 x86_64; GNU C 14.2; text)',
  'ELinks/0.18.0 (textmode; Linux 6.12.48-amd64 x86_64; 158x42-2)',
];

/** What the authors of automation copied once and never changed. */
const STALE: readonly string[] = [
  `${WINDOWS} ${BLINK} Chrome/91.0.4472.124 Safari/537.36`,
  `${WINDOWS} ${BLINK} Chrome/120.0.0.0 Safari/537.36`,
  `${MAC} ${BLINK} Chrome/118.0.0.0 Safari/537.36`,
  `${WINDOWS} ${BLINK} Chrome/103.0.5060.114 Safari/537.36`,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0',
  `${LINUX} ${BLINK} Chrome/114.0.0.0 Safari/537.36`,
];

export interface AgentBook {
  /** As people have them. */
  current(random: RandomSource, device: Device): string;
  outdated(random: RandomSource): string;
  text(random: RandomSource): string;
  /** One that automation copied long ago. */
  stale(random: RandomSource): string;
}

interface Weighted {
  readonly text: string;
  readonly upTo: number;
}

function weigh(rows: readonly AgentRow[], random: RandomSource): readonly Weighted[] {
  const weights = rows.flatMap(({ text, share, versions }) => {
    // Most are up to date; each version further back has about half of those left.
    const keep = 0.45 + 0.2 * random.next();
    const own = share * random.logNormal(1, 0.25);
    return versions.map((version, age) => {
      const weight = own * random.logNormal(1, 0.2) * (1 - keep) ** age;
      return { text: text.replaceAll('{v}', version), weight };
    });
  });
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  let upTo = 0;
  return weights.map(({ text, weight }) => {
    upTo += weight / sum;
    return { text, upTo };
  });
}

function drawWeighted(rows: readonly Weighted[], random: RandomSource): string {
  const at = random.next();
  return rows.find(({ upTo }) => at < upTo)?.text ?? rows[0]?.text ?? '';
}

/** @param random decides the shares of this log */
export function createAgentBook(random: RandomSource): AgentBook {
  const shares = { desktop: weigh(DESKTOP, random), phone: weigh(PHONE, random) };
  return {
    current: (draw, device) => drawWeighted(shares[device], draw),
    outdated: (draw) => draw.pick(OUTDATED),
    text: (draw) => draw.pick(TEXT),
    stale: (draw) => draw.pick(STALE),
  };
}
