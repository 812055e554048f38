/**
 * The page as the script changes it.
 *
 * Owns every touch of the DOM; must not decide anything. Text goes in as text only. Progress is
 * painted ten times a second at most; the message is a polite live region and changes only with the
 * state, so a screen reader is told little, and nothing takes the focus.
 */
import type { PoolStatus } from './pool.ts';
import type { Say } from './strings.ts';
import type { Action, Scene } from './visit.ts';

const SECOND_MS = 1_000;
/** Once a frame, painting took a sixth of what two processors without a JavaScript compiler do. */
const PAINT_MS = 100;
/** A rate measured over less says nothing. */
const MIN_MEASURED_MS = 300;

type DetailName = 'engine' | 'running' | 'attempts' | 'speed' | 'fallbacks';

export class View {
  readonly #document: Document;
  readonly #say: Say;
  readonly #numbers: Intl.NumberFormat;
  readonly #details = new Map<DetailName, HTMLElement>();
  #detailList: HTMLElement | undefined;
  #countdown: ReturnType<typeof setInterval> | undefined;
  #paint: (() => void) | undefined;

  constructor(document: Document, say: Say, numbers: Intl.NumberFormat) {
    this.#document = document;
    this.#say = say;
    this.#numbers = numbers;
  }

  show({ state, message, values, action, linkPath, opensPatience = false }: Scene): void {
    clearInterval(this.#countdown);
    // A frame that is still to come must not paint over this.
    this.#paint?.();
    this.#paint = undefined;
    this.#document.documentElement.dataset['state'] = state;
    this.#write('message', this.#say(message, values));
    if (state !== 'solving') this.#write('remaining', '');
    const actions = [
      ...(action === undefined ? [] : [this.#createButton(action)]),
      ...(linkPath === undefined ? [] : [this.#createLink(linkPath)]),
    ];
    // New ones each time: nothing that an earlier scene hung on them can fire.
    this.#find('actions').replaceChildren(...actions);
    // There is no such section where patience is not offered.
    const patience = this.#document.getElementById('toll-patience');
    patience?.toggleAttribute('open', opensPatience);
  }

  showProgress(status: PoolStatus, attemptsPerSolution: number): void {
    if (this.#paint === undefined) {
      setTimeout(() => {
        this.#paint?.();
        this.#paint = undefined;
      }, PAINT_MS);
    }
    this.#paint = () => {
      this.#paintProgress(status, attemptsPerSolution);
      this.#paintDetails(status);
    };
  }

  #find(name: string): HTMLElement {
    const element = this.#document.getElementById(`toll-${name}`);
    if (element === null) throw new Error(`no #toll-${name}`);
    return element;
  }

  #write(name: string, text: string): void {
    this.#find(name).textContent = text;
  }

  #createLink(path: string): HTMLElement {
    const link = this.#document.createElement('a');
    link.id = 'toll-link';
    link.href = path;
    link.textContent = this.#say('script.link');
    return link;
  }

  #createButton({ label, run, afterSeconds = 0 }: Action): HTMLElement {
    const button = this.#document.createElement('button');
    button.type = 'button';
    button.id = 'toll-action';
    button.addEventListener('click', () => {
      button.disabled = true;
      run();
    });
    const untilMs = performance.now() + afterSeconds * SECOND_MS;
    const paint = (): void => {
      const seconds = Math.ceil((untilMs - performance.now()) / SECOND_MS);
      button.disabled = seconds > 0;
      button.textContent =
        seconds > 0 ? this.#say('script.again-in', { seconds }) : this.#say(label);
      if (seconds <= 0) clearInterval(this.#countdown);
    };
    paint();
    if (afterSeconds > 0) this.#countdown = setInterval(paint, SECOND_MS / 4);
    return button;
  }

  #paintProgress(status: PoolStatus, attemptsPerSolution: number): void {
    const { solved, solutions, attempts, elapsedMs } = status;
    const percent = Math.round((100 * solved) / solutions);
    const progress = this.#find('progress');
    progress.setAttribute('aria-valuenow', String(percent));
    progress.setAttribute('aria-valuetext', this.#say('script.progress', { solved, solutions }));
    this.#find('fill').style.transform = `scaleX(${percent / 100})`;
    // The search has no memory: an unsolved part takes as long again, however long it was tried.
    const leftMs = ((solutions - solved) * attemptsPerSolution * elapsedMs) / attempts;
    const isKnown = attempts > 0 && solved < solutions && elapsedMs > MIN_MEASURED_MS;
    const seconds = Math.ceil(leftMs / SECOND_MS);
    this.#write('remaining', isKnown ? this.#say('script.remaining', { seconds }) : '');
  }

  /** The details exist only where a script runs: text browsers would show them empty. */
  #createDetails(): HTMLElement {
    const details = this.#find('technical');
    const summary = this.#document.createElement('summary');
    summary.textContent = this.#say('script.technical');
    const list = this.#document.createElement('dl');
    details.replaceChildren(summary, list);
    details.hidden = false;
    return list;
  }

  #writeDetail(name: DetailName, text: string): void {
    let value = this.#details.get(name);
    if (value === undefined) {
      this.#detailList ??= this.#createDetails();
      const term = this.#document.createElement('dt');
      term.textContent = this.#say(`script.${name}`);
      value = this.#document.createElement('dd');
      value.id = `toll-${name}`;
      this.#detailList.append(term, value);
      this.#details.set(name, value);
    }
    value.textContent = text;
  }

  #paintDetails(status: PoolStatus): void {
    const { engine, workers, attempts, elapsedMs, fallbacks, isLocal } = status;
    // Attempts a millisecond, in millions a second.
    const rate = elapsedMs > 0 ? attempts / elapsedMs / 1000 : 0;
    const lanes = isLocal
      ? this.#say('script.lanes-local')
      : this.#say('script.lanes', { workers });
    this.#writeDetail('engine', engine ?? '–');
    this.#writeDetail('running', lanes);
    this.#writeDetail('attempts', this.#numbers.format(attempts));
    this.#writeDetail('speed', this.#say('script.rate', { rate }));
    this.#writeDetail('fallbacks', fallbacks.join('; ') || this.#say('script.no-fallbacks'));
  }
}
