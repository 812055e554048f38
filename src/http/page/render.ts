/**
 * The gate's HTML: the challenge page and the plain notices.
 *
 * Owns which words and assets a page gets. Everything that is the same for a language, reason and
 * form kind is rendered once per isolate; a page is then a handful of string concatenations.
 * Must not know tokens or status codes.
 */
import assets from '../../../static/build/assets.json';
import english from '../../../static/locales/en.json';
import noticePage from '../../../static/page/notice.html';
import noticeBack from '../../../static/page/notice-back.html';
import noticeIncident from '../../../static/page/notice-incident.html';
import noticePatience from '../../../static/page/notice-patience.html';
import challengePage from '../../../static/page/page.html';
import patienceSection from '../../../static/page/patience.html';
import type { PageData } from '../../core/wire/page-data.ts';
import type { FailureCode } from '../failure.ts';
import { compileTemplate, type Html, joinHtml, type Template } from './template.ts';

export { contentSecurityPolicy } from './content-security-policy.ts';

const LOCALES = { en: english } as const;
export type Language = keyof typeof LOCALES;
type Locale = (typeof LOCALES)[Language];

export interface ChallengeView {
  readonly language: Language;
  readonly data: PageData;
  /** The patience challenge beside the work; `undefined` where none is offered. */
  readonly patience: { readonly challenge: string; readonly waitSeconds: number } | undefined;
}

export interface NoticeView {
  readonly language: Language;
  readonly kind: FailureCode;
  /** What an operator finds in the log. */
  readonly incident?: string;
  /** A path of this origin. */
  readonly backTo?: string;
  /** For `too-early`: the same button again, after `waitSeconds` more. */
  readonly patience?: {
    readonly challenge: string;
    readonly waitSeconds: number;
    readonly redeem: string;
  };
}

export interface PageRenderer {
  challenge(view: ChallengeView): string;
  notice(view: NoticeView): string;
}

/** @param prefix the reserved prefix, with both slashes: "/.toll/" */
export function createPageRenderer({ prefix }: { readonly prefix: string }): PageRenderer {
  const renderers: Record<Language, PageRenderer> = { en: createForLanguage('en', prefix) };
  return {
    challenge: (view) => renderers[view.language].challenge(view),
    notice: (view) => renderers[view.language].notice(view),
  };
}

const EMPTY = joinHtml([]);

function createForLanguage(language: Language, prefix: string): PageRenderer {
  const strings = LOCALES[language];
  const renderPatience = createPatiencePart(
    strings,
    patienceSection,
    strings['page.patience.text'],
  );
  const pageFor = createChallengePage(language, prefix);
  return {
    challenge({ data, patience }) {
      const redeem = data.toll.redeem;
      const section = patience === undefined ? EMPTY : renderPatience({ ...patience, redeem });
      return pageFor(data).render({ data, patience: section });
    },
    notice: createNotice(language, prefix),
  };
}

type ChallengeTemplate = Template<{ readonly data: 'json'; readonly patience: 'html' }>;

function createChallengePage(
  language: Language,
  prefix: string,
): (data: PageData) => ChallengeTemplate {
  const strings = LOCALES[language];
  const { script, worker, gpu, stylesheet, simd, scalar } = assets.files;
  const template = compileTemplate(challengePage, {
    strings,
    slots: {
      language: 'text',
      assets: 'text',
      stylesheet: 'text',
      script: 'text',
      worker: 'text',
      gpu: 'text',
      simd: 'text',
      scalar: 'text',
      lead: 'text',
      formNote: 'text',
      strings: 'json',
      data: 'json',
      patience: 'html',
    },
  }).bind({
    language,
    assets: `${prefix}assets/`,
    stylesheet: stylesheet.name,
    script: script.name,
    worker: worker.name,
    gpu: gpu.name,
    simd: simd.name,
    scalar: scalar.name,
    strings: scriptStrings(strings),
  });
  const memo = new Map<string, ChallengeTemplate>();
  return ({ reason, form }) => {
    const key = `${reason} ${form.kind}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const lead = strings[`page.lead.${reason}`];
    const formNote = strings[`page.form.${form.kind}`];
    const bound = template.bind({ lead, formNote });
    memo.set(key, bound);
    return bound;
  };
}

function scriptStrings(strings: Locale): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(strings).filter(([key]) => key.startsWith('script.')));
}

interface PatienceOffer {
  readonly challenge: string;
  readonly waitSeconds: number;
  readonly redeem: string;
}

/** @param words how long to wait, with a place for the seconds */
function createPatiencePart(
  strings: Locale,
  source: string,
  words: string,
): (offer: PatienceOffer) => Html {
  const slots = { instruction: 'text', challenge: 'text', redeem: 'text' } as const;
  const template = compileTemplate(source, { strings, slots });
  return ({ challenge, waitSeconds, redeem }) => {
    const instruction = words.replace('{seconds}', String(waitSeconds));
    return template.render({ instruction, challenge, redeem });
  };
}

function createNotice(language: Language, prefix: string): PageRenderer['notice'] {
  const strings = LOCALES[language];
  const page = compileTemplate(noticePage, {
    strings,
    slots: {
      language: 'text',
      assets: 'text',
      stylesheet: 'text',
      heading: 'text',
      text: 'text',
      parts: 'html',
    },
  }).bind({
    language,
    assets: `${prefix}assets/`,
    stylesheet: assets.files.stylesheet.name,
  });
  const parts = compileNoticeParts(strings);
  return ({ kind, incident, backTo, patience }) => {
    const words = NOTICE_WORDS[kind];
    const text = strings[`notice.${words}.text`];
    const pieces = [
      ...(patience === undefined ? [] : [parts.patience(patience)]),
      ...(backTo === undefined ? [] : [parts.back.render({ path: backTo })]),
      ...(incident === undefined ? [] : [parts.incident.render({ incident })]),
    ];
    return page.render({
      heading: strings[`notice.${words}.heading`],
      text,
      parts: joinHtml(pieces),
    });
  };
}

function compileNoticeParts(strings: Locale) {
  return {
    patience: createPatiencePart(strings, noticePatience, strings['notice.patience']),
    back: compileTemplate(noticeBack, { strings, slots: { path: 'text' } }),
    incident: compileTemplate(noticeIncident, { strings, slots: { incident: 'text' } }),
  };
}

/** Several codes are one thing to a visitor: the task was not accepted, get another. */
const NOTICE_WORDS = {
  malformed: 'failed',
  'too-large': 'failed',
  'unknown-key': 'failed',
  'bad-signature': 'failed',
  'wrong-host': 'failed',
  'wrong-client': 'failed',
  'insufficient-work': 'failed',
  expired: 'expired',
  'too-early': 'too-early',
  'slow-down': 'slow-down',
  unavailable: 'unavailable',
  'toll-required': 'toll-required',
  'credit-spent': 'credit-spent',
  denied: 'denied',
  'not-found': 'not-found',
  'method-not-allowed': 'method-not-allowed',
  'unknown-host': 'unknown-host',
  'origin-unreachable': 'origin-unreachable',
} as const satisfies Record<FailureCode, string>;
