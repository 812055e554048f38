/**
 * The page as the script changes it.
 *
 * Owns every touch of the DOM; must not decide anything. Text goes in as text only. Progress is
 * painted at most once a frame; the message is a polite live region and changes only with the
 * state, so a screen reader is told little, and nothing takes the focus.
 */
import type { PoolStatus } from './pool.ts';
import type { Say } from './strings.ts';
import type { Scene } from './visit.ts';

const SECOND_MS = 1_000;
/** A rate measured over less says nothing. */
const MIN_MEASURED_MS = 300;

export class View {
  readonly #document: Document;
  readonly #say: Say;
  readonly #numbers: Intl.NumberFormat;
  #countdown: ReturnType<typeof setInterval> | undefined;
  #paint: (() => void) | undefined;

  constructor(document: Document, say: Say) {
    this.#document = document;
    this.#say = say;
    const { lang } = document.documentElement;
    this.#numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  }

  show({ state, message, values, action, linkPath, opensPatience = false }: Scene): void {
    // A frame that is still to come must not paint over this.
    this.#paint?.();
    this.#paint = undefined;
    this.#document.documentElement.dataset['state'] = state;
    this.#write('message', this.#say(message, values));
    if (state !== 'solving') this.#write('remaining', '');
    this.#showAction(action);
    const link = this.#find('link');
    link.hidden = linkPath === undefined;
    if (linkPath !== undefined) link.setAttribute('href', linkPath);
    // There is no such section where patience is not offered.
    const patience = this.#document.getElementById('toll-patience');
    patience?.toggleAttribute('open', opensPatience);
  }

  showProgress(status: PoolStatus, attemptsPerSolution: number): void {
    if (this.#paint === undefined) {
      requestAnimationFrame(() => {
        this.#paint?.();
        this.#paint = undefined;
      });
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

  /** A new button each time: nothing that an earlier scene hung on it can fire. */
  #showAction(action: Scene['action']): void {
    clearInterval(this.#countdown);
    const button = this.#document.createElement('button');
    button.type = 'button';
    button.id = 'toll-action';
    button.hidden = action === undefined;
    this.#find('action').replaceWith(button);
    if (action === undefined) return;
    const { label, run, afterSeconds = 0 } = action;
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
    this.#countdown = setInterval(paint, SECOND_MS / 4);
    paint();
  }

  #paintProgress(status: PoolStatus, attemptsPerSolution: number): void {
    const { solved, solutions, attempts, elapsedMs } = status;
    const percent = Math.round((100 * solved) / solutions);
    const progress = this.#find('progress');
    progress.setAttribute('aria-valuenow', String(percent));
    progress.setAttribute('aria-valuetext', this.#say('script.progress', { solved, solutions }));
    this.#find('fill').style.inlineSize = `${percent}%`;
    // The search has no memory: an unsolved part takes as long again, however long it was tried.
    const leftMs = ((solutions - solved) * attemptsPerSolution * elapsedMs) / attempts;
    const isKnown = attempts > 0 && solved < solutions && elapsedMs > MIN_MEASURED_MS;
    const seconds = Math.ceil(leftMs / SECOND_MS);
    this.#write('remaining', isKnown ? this.#say('script.remaining', { seconds }) : '');
  }

  #paintDetails(status: PoolStatus): void {
    const { engine, workers, attempts, elapsedMs, fallbacks, isLocal } = status;
    // Attempts a millisecond, in millions a second.
    const rate = elapsedMs > 0 ? attempts / elapsedMs / 1000 : 0;
    const lanes = isLocal
      ? this.#say('script.lanes-local')
      : this.#say('script.lanes', { workers });
    this.#write('engine', engine ?? '–');
    this.#write('lanes', lanes);
    this.#write('attempts', this.#numbers.format(attempts));
    this.#write('rate', this.#say('script.rate', { rate: this.#numbers.format(rate) }));
    this.#write('fallbacks', fallbacks.join('; ') || this.#say('script.no-fallbacks'));
  }
}
