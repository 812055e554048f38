/**
 * The gate's HTML in one language: the challenge page and the plain notices.
 *
 * Owns which words and assets a page gets. Everything that is the same for a reason and form kind
 * is rendered once per isolate; a page is then a handful of string concatenations.
 * Must not know tokens or status codes.
 */
import assets from '../../../static/build/assets.json';
import templates from '../../../static/build/templates.json';
import type { Brand } from '../../core/brand.ts';
import type { PageData } from '../../core/wire/page-data.ts';
import type { FailureCode } from '../failure.ts';
import { renderBrand } from './brand.ts';
import { compileTemplate, type Html, joinHtml, type Template } from './template.ts';
import type { Wording, Words } from './words.ts';

export { contentSecurityPolicy } from './content-security-policy.ts';

export interface PageSetup {
  /** The reserved prefix, with both slashes: "/.toll/" */
  readonly prefix: string;
  readonly brand: Brand;
  readonly wording: Wording;
}

export interface ChallengeView {
  readonly data: PageData;
  /** The patience challenge beside the work; `undefined` where none is offered. */
  readonly patience: { readonly challenge: string; readonly waitSeconds: number } | undefined;
}

export interface NoticeView {
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
  /** Tag of the language that it writes. */
  readonly language: string;
  challenge(view: ChallengeView): string;
  notice(view: NoticeView): string;
}

const EMPTY = joinHtml([]);

export function createPageRenderer(setup: PageSetup): PageRenderer {
  const { language, words } = setup.wording;
  const text = words['page.patience.text'];
  const renderPatience = createPatiencePart(setup.wording, templates.patience, text);
  const pageFor = createChallengePage(setup);
  return {
    language,
    challenge({ data, patience }) {
      const redeem = data.toll.redeem;
      const section = patience === undefined ? EMPTY : renderPatience({ ...patience, redeem });
      return pageFor(data).render({ data, patience: section });
    },
    notice: createNotice(setup),
  };
}

type ChallengeTemplate = Template<{ readonly data: 'json'; readonly patience: 'html' }>;

const LEADS = {
  'toll-required': 'page.lead.toll-required',
  'credit-spent': 'page.lead.credit-spent',
  'slow-down': 'notice.slow-down.text',
} as const satisfies Record<PageData['reason'], keyof Words>;

const FORM_NOTES = {
  none: undefined,
  carried: 'page.form.carried',
  'not-sent': 'page.form.not-sent',
} as const satisfies Record<PageData['form']['kind'], keyof Words | undefined>;

function createChallengePage(setup: PageSetup): (data: PageData) => ChallengeTemplate {
  const { language, words } = setup.wording;
  const { script, worker, local, gpu, gpuPage, stylesheet, simd, scalar } = assets.files;
  const { title, ...brand } = renderBrand(setup, words['page.title']);
  const template = compileTemplate(templates.page, {
    strings: words,
    slots: {
      language: 'text',
      title: 'text',
      assets: 'text',
      stylesheet: 'text',
      script: 'text',
      worker: 'text',
      local: 'text',
      brandStyle: 'html',
      brandHeader: 'html',
      brandFooter: 'html',
      gpu: 'text',
      gpuPage: 'text',
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
    title,
    ...brand,
    assets: `${setup.prefix}assets/`,
    stylesheet: stylesheet.name,
    script: script.name,
    worker: worker.name,
    local: local.name,
    gpu: gpu.name,
    gpuPage: gpuPage.name,
    simd: simd.name,
    scalar: scalar.name,
    strings: scriptStrings(words),
  });
  const memo = new Map<string, ChallengeTemplate>();
  return ({ reason, form, toll }) => {
    const waits = toll.puzzle.name === 'patience';
    const key = `${reason} ${form.kind} ${toll.puzzle.name}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const note = FORM_NOTES[form.kind];
    const lead = words[waits ? 'script.patience' : LEADS[reason]];
    const bound = template.bind({ lead, formNote: note === undefined ? '' : words[note] });
    memo.set(key, bound);
    return bound;
  };
}

function scriptStrings(words: Words): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(words).filter(([key]) => key.startsWith('script.')));
}

interface PatienceOffer {
  readonly challenge: string;
  readonly waitSeconds: number;
  readonly redeem: string;
}

/** @param text how long to wait, with a place for the seconds */
function createPatiencePart(
  { language, words }: Wording,
  source: string,
  text: string,
): (offer: PatienceOffer) => Html {
  const slots = { instruction: 'text', challenge: 'text', redeem: 'text' } as const;
  const template = compileTemplate(source, { strings: words, slots });
  const numbers = new Intl.NumberFormat(language);
  return ({ challenge, waitSeconds, redeem }) => {
    const instruction = text.replace('{seconds}', numbers.format(waitSeconds));
    return template.render({ instruction, challenge, redeem });
  };
}

function createNotice(setup: PageSetup): PageRenderer['notice'] {
  const { language, words } = setup.wording;
  const template = compileTemplate(templates.notice, {
    strings: words,
    slots: {
      language: 'text',
      title: 'text',
      assets: 'text',
      stylesheet: 'text',
      brandStyle: 'html',
      brandHeader: 'html',
      brandFooter: 'html',
      heading: 'text',
      text: 'text',
      parts: 'html',
    },
  }).bind({ language, assets: `${setup.prefix}assets/`, stylesheet: assets.files.stylesheet.name });
  const parts = compileNoticeParts(setup.wording);
  return ({ kind, incident, backTo, patience }) => {
    const name = NOTICE_WORDS[kind];
    const heading = words[`notice.${name}.heading`];
    const pieces = [
      ...(patience === undefined ? [] : [parts.patience(patience)]),
      ...(backTo === undefined ? [] : [parts.back.render({ path: backTo })]),
      ...(incident === undefined ? [] : [parts.incident.render({ incident })]),
    ];
    return template.render({
      ...renderBrand(setup, heading),
      heading,
      text: words[`notice.${name}.text`],
      parts: joinHtml(pieces),
    });
  };
}

function compileNoticeParts(wording: Wording) {
  const { words } = wording;
  return {
    patience: createPatiencePart(wording, templates['notice-patience'], words['notice.patience']),
    back: compileTemplate(templates['notice-back'], { strings: words, slots: { path: 'text' } }),
    incident: compileTemplate(templates['notice-incident'], {
      strings: words,
      slots: { incident: 'text' },
    }),
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
  'toll-required': 'failed',
  'credit-spent': 'failed',
  denied: 'denied',
  'not-found': 'not-found',
  'method-not-allowed': 'not-found',
  'unknown-host': 'unknown-host',
  'origin-unreachable': 'origin-unreachable',
} as const satisfies Record<FailureCode, string>;
