/**
 * An attacker's money: what it may spend, what it has spent, and when it stops being worth it.
 *
 * Owns the sums in dollars and attempts; must not know what they buy.
 */
import { computeDollars } from '../price/economics.ts';
import type { Attacker } from './scenario.ts';

const HOUR_SECONDS = 3600;
const MONTH_SECONDS = 30 * 24 * HOUR_SECONDS;
const BYTES_PER_GIGABYTE = 1e9;
/** Work that it keeps in store, as time on its hardware: a challenge is good for so long. */
const STORED_SECONDS = 300;
/** It reckons once in so many seconds of work. */
const RECKONING_SECONDS = HOUR_SECONDS;

export class AttackPurse {
  attempts = 0;
  computeDollars = 0;
  addressDollars = 0;
  served = 0;
  readonly #attacker: Attacker;
  readonly #dollarsPerAttempt: number;
  #purse = Infinity;
  #stored = Infinity;
  #activeSeconds = 0;
  #reckonedAt = { dollars: 0, served: 0, seconds: 0 };

  constructor(attacker: Attacker) {
    this.#attacker = attacker;
    this.#dollarsPerAttempt = computeDollars(1, attacker.hardware);
    if (attacker.budgetPerHour !== undefined) this.#purse = 0;
    if (attacker.strategy === 'buys') this.#stored = 0;
  }

  get dollars(): number {
    return this.computeDollars + this.addressDollars;
  }

  /** Time passes: budget comes in, hardware computes, addresses are rented. */
  pass(seconds: number): void {
    const { budgetPerHour, hardware, units, addresses, networks } = this.#attacker;
    this.#activeSeconds += seconds;
    if (budgetPerHour !== undefined) {
      const more = (budgetPerHour * seconds) / HOUR_SECONDS;
      this.#purse = Math.min(this.#purse + more, budgetPerHour);
    }
    const rate = units * hardware.attemptsPerSecond;
    this.#stored = Math.min(
      this.#stored + rate * seconds,
      rate * Math.max(seconds, STORED_SECONDS),
    );
    if (this.#attacker.strategy !== 'buys') this.#stored = Infinity;
    this.#payAddresses((networks * addresses.dollarsPerNetworkMonth * seconds) / MONTH_SECONDS);
  }

  #payAddresses(dollars: number): void {
    this.addressDollars += dollars;
    this.#purse -= dollars;
  }

  /** Attempts that it can make now. */
  get affordable(): number {
    if (this.#purse <= 0) return 0;
    const byMoney = this.#dollarsPerAttempt > 0 ? this.#purse / this.#dollarsPerAttempt : Infinity;
    return Math.min(this.#stored, byMoney);
  }

  work(attempts: number): void {
    const dollars = attempts * this.#dollarsPerAttempt;
    this.attempts += attempts;
    this.computeDollars += dollars;
    this.#purse -= dollars;
    this.#stored -= attempts;
  }

  /** Requests of so many bytes that its budget for traffic has left. */
  payableRequests(bytes: number): number {
    const dollars = (bytes / BYTES_PER_GIGABYTE) * this.#attacker.addresses.dollarsPerGigabyte;
    if (this.#purse <= 0) return 0;
    return dollars > 0 ? Math.floor(this.#purse / dollars) : Infinity;
  }

  transfer(bytes: number): void {
    this.#payAddresses((bytes / BYTES_PER_GIGABYTE) * this.#attacker.addresses.dollarsPerGigabyte);
  }

  /** Whether the hour that has just ended cost more than it brought; once an hour of work. */
  isLosing(): boolean {
    const { yieldPerThousand } = this.#attacker;
    const { dollars, served, seconds } = this.#reckonedAt;
    if (yieldPerThousand === undefined || this.#activeSeconds - seconds < RECKONING_SECONDS)
      return false;
    const spent = this.dollars - dollars;
    const earned = ((this.served - served) / 1000) * yieldPerThousand;
    this.#reckonedAt = { dollars: this.dollars, served: this.served, seconds: this.#activeSeconds };
    return spent > earned || earned === 0;
  }
}
