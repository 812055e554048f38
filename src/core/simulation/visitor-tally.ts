/**
 * What honest visitors went through, added up.
 *
 * Owns the sums; must not know how a wait comes about.
 */
import type { VisitorDevice } from '../price/economics.ts';
import type { SimulationSeries } from './simulation-series.ts';
import { WaitHistogram, type WaitSummary } from './wait-histogram.ts';

export interface DeviceResult {
  readonly label: string;
  readonly sessions: number;
  readonly wait: WaitSummary;
}

export interface VisitorResult {
  readonly sessions: number;
  /** Documents. */
  readonly pagesAsked: number;
  readonly pagesServed: number;
  /** Documents and static responses. */
  readonly requestsAsked: number;
  readonly requestsServed: number;
  /** Times that the gate's page was seen: as many as `wait` has waits. */
  readonly timesAsked: number;
  /** Passes bought in the background. */
  readonly toppedUp: number;
  /** Requests that a ceiling refused. */
  readonly slowed: number;
  readonly denied: number;
  /** Pages that the origin did not answer in time; and without a gate. */
  readonly pagesFailed: number;
  readonly openPagesFailed: number;
  readonly wait: WaitSummary;
  readonly devices: readonly DeviceResult[];
  readonly highestBits: number;
  /** Over pages that were charged. */
  readonly meanBits: number;
}

interface DeviceTally {
  sessions: number;
  readonly waits: WaitHistogram;
}

export class VisitorTally {
  readonly #series: SimulationSeries;
  readonly #waits = new WaitHistogram();
  readonly #devices = new Map<VisitorDevice, DeviceTally>();
  #sessions = 0;
  #toppedUp = 0;
  #slowed = 0;
  #denied = 0;
  #pagesAsked = 0;
  #pagesServed = 0;
  #requestsAsked = 0;
  #requestsServed = 0;
  #pagesFailed = 0;
  #openPagesFailed = 0;
  #highestBits = 0;
  #bits = 0;
  #priced = 0;

  constructor(series: SimulationSeries) {
    this.#series = series;
  }

  #deviceOf(device: VisitorDevice): DeviceTally {
    const found = this.#devices.get(device) ?? { sessions: 0, waits: new WaitHistogram() };
    this.#devices.set(device, found);
    return found;
  }

  arrived(device: VisitorDevice): void {
    this.#sessions += 1;
    this.#deviceOf(device).sessions += 1;
  }

  waited(device: VisitorDevice, nowSeconds: number, seconds: number): void {
    this.#waits.add(seconds);
    this.#deviceOf(device).waits.add(seconds);
    this.#series.wait(nowSeconds, seconds);
  }

  toppedUp(): void {
    this.#toppedUp += 1;
  }

  slowed(requests: number): void {
    this.#slowed += requests;
  }

  denied(): void {
    this.#denied += 1;
  }

  priced(nowSeconds: number, bits: number): void {
    this.#highestBits = Math.max(this.#highestBits, bits);
    this.#bits += bits;
    this.#priced += 1;
    this.#series.peak('visitorBits', nowSeconds, bits);
  }

  asked(
    nowSeconds: number,
    served: { readonly documents: number; readonly statics: number },
    wanted: { readonly documents: number; readonly statics: number },
  ): void {
    const requests = served.documents + served.statics;
    this.#pagesAsked += wanted.documents;
    this.#pagesServed += served.documents;
    this.#requestsAsked += wanted.documents + wanted.statics;
    this.#requestsServed += requests;
    this.#series.add('visitorRequests', nowSeconds, requests);
  }

  failed(pages: { readonly gated: number; readonly open: number }): void {
    this.#pagesFailed += pages.gated;
    this.#openPagesFailed += pages.open;
  }

  /** @param devices all of them, in their order */
  result(devices: readonly VisitorDevice[]): VisitorResult {
    const wait = this.#waits.summary();
    return {
      sessions: this.#sessions,
      pagesAsked: this.#pagesAsked,
      pagesServed: this.#pagesServed,
      requestsAsked: this.#requestsAsked,
      requestsServed: this.#requestsServed,
      timesAsked: wait.count,
      toppedUp: this.#toppedUp,
      slowed: this.#slowed,
      denied: this.#denied,
      pagesFailed: this.#pagesFailed,
      openPagesFailed: this.#openPagesFailed,
      wait,
      devices: devices.map((device) => {
        const { sessions, waits } = this.#deviceOf(device);
        return { label: device.label, sessions, wait: waits.summary() };
      }),
      highestBits: this.#highestBits,
      meanBits: this.#priced > 0 ? this.#bits / this.#priced : 0,
    };
  }
}
