/**
 * An assessment with everything in it: what `--json` prints and the reports are made of.
 *
 * Owns the document's shape. `format` rises when a member changes its meaning or goes away; members may
 * be added.
 */
import { forEachClass } from '../core/assessment/top-counter.ts';
import type { ClientClass } from '../core/assessment/client-class.ts';
import { measureExposure, type ClassCharge, type Exposure } from '../core/assessment/exposure.ts';
import {
  operatorCost,
  type CostPrices,
  type OperatorCost,
} from '../core/assessment/operator-cost.ts';
import type { Proposal } from '../core/assessment/propose-policy.ts';
import type { Traffic } from '../core/assessment/traffic.ts';
import type { TruthScore } from '../core/assessment/truth-score.ts';
import { computeDollars, type AttackerHardware } from '../core/price/economics.ts';
import { ATTACKER_HARDWARE } from '../core/price/hardware.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from '../core/price/visitor-rates.ts';
import type { ExplainablePolicy } from '../core/policy/explain-policy.ts';
import type { LogAccount } from './assessed-logs.ts';
import { createSampleJudge } from './judged-sample.ts';
import type { ProposedVariable } from './proposed-variables.ts';

export const ASSESSMENT_FORMAT = 1;

/** What a policy would have charged a class, in all units. */
export interface ClassBill extends ClassCharge {
  /** Of one pass, on a telephone in the middle, and on the device that 95 of 100 are faster than. */
  readonly waitSeconds: number;
  readonly waitSecondsP95: number;
  /** Of all passes together, on telephones in the middle. */
  readonly visitorHours: number;
  /** Of the attempts in compute, with the cheapest hardware of the table. */
  readonly attackerDollars: number;
}

export interface PolicyBill {
  /** Name of the file, or what stands for one. */
  readonly policy: string;
  readonly classes: Readonly<Record<ClientClass, ClassBill>>;
  readonly rules: Exposure['rules'];
}

/** What honest visitors have to fear of a policy; estimates from the sample. */
export interface FalsePositives {
  readonly browserClients: number;
  readonly denied: number;
  readonly chargedMore: number;
  readonly waitSeconds: number;
  readonly waitSecondsP95: number;
}

export interface Assessment {
  readonly format: typeof ASSESSMENT_FORMAT;
  readonly log: LogAccount;
  readonly traffic: Omit<Traffic, 'sample'>;
  /** Requests that were drawn and judged. */
  readonly sampled: number;
  readonly prices: CostPrices;
  readonly costs: Readonly<Record<ClientClass, OperatorCost>>;
  /** Name of the hardware that `attackerDollars` stand for. */
  readonly hardware: string;
  readonly current: PolicyBill;
  readonly proposed: PolicyBill & {
    /** YAML. */
    readonly text: string;
    readonly reasons: readonly { readonly rule: string; readonly reason: string }[];
    readonly remarks: readonly string[];
    readonly variables: readonly ProposedVariable[];
  };
  readonly falsePositives: { readonly current: FalsePositives; readonly proposed: FalsePositives };
  readonly yieldPerThousand: number | null;
  readonly truth: TruthScore | null;
}

function rentOf({ dollarsPerHour, attemptsPerSecond }: AttackerHardware): number {
  return dollarsPerHour / attemptsPerSecond;
}

/** What computes most for a dollar. */
const HARDWARE = ATTACKER_HARDWARE.toSorted((a, b) => rentOf(a) - rentOf(b))[0];

function billOf(charge: ClassCharge): ClassBill {
  const { attempts, entryFee } = charge;
  return {
    ...charge,
    waitSeconds: entryFee / MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
    waitSecondsP95: entryFee / P95_DEVICE_ATTEMPTS_PER_SECOND,
    visitorHours: attempts / MEDIAN_PHONE_ATTEMPTS_PER_SECOND / 3600,
    attackerDollars: HARDWARE === undefined ? 0 : computeDollars(attempts, HARDWARE),
  };
}

export interface NamedPolicy {
  readonly name: string;
  readonly prepared: ExplainablePolicy;
}

function chargeBy(traffic: Traffic, { name, prepared }: NamedPolicy): PolicyBill {
  const exposure = measureExposure(traffic, createSampleJudge(prepared), prepared.base.terms);
  const classes = new Map(exposure.classes.map((charge) => [charge.class, billOf(charge)]));
  const emptyOf = (kind: ClientClass): ClassBill => {
    const bill = classes.get(kind);
    if (bill === undefined) throw new Error(`no charge for ${kind}`);
    return bill;
  };
  return { policy: name, classes: forEachClass(emptyOf), rules: exposure.rules };
}

function exposedBy({ classes }: PolicyBill, { classes: traffic }: Traffic): FalsePositives {
  const { browser } = classes;
  const { clients } = traffic.browser;
  return {
    browserClients: clients,
    denied: Math.round(clients * browser.clientsDenied),
    chargedMore: Math.round(clients * browser.clientsChargedMore),
    waitSeconds: browser.waitSeconds,
    waitSecondsP95: browser.waitSecondsP95,
  };
}

export interface AssessmentParts {
  readonly log: LogAccount;
  readonly traffic: Traffic;
  readonly prices: CostPrices;
  readonly current: NamedPolicy;
  readonly proposed: NamedPolicy & { readonly text: string; readonly proposal: Proposal };
  readonly variables: readonly ProposedVariable[];
  readonly yieldPerThousand: number | undefined;
  readonly truth: TruthScore | undefined;
}

export function composeAssessment(parts: AssessmentParts): Assessment {
  const { log, traffic, prices, variables } = parts;
  const current = chargeBy(traffic, parts.current);
  const proposed = chargeBy(traffic, parts.proposed);
  const { sample, ...measured } = traffic;
  const { text, proposal } = parts.proposed;
  return {
    format: ASSESSMENT_FORMAT,
    log,
    traffic: measured,
    sampled: sample.length,
    prices,
    costs: forEachClass((kind) => operatorCost(traffic.classes[kind], prices)),
    hardware: HARDWARE?.label ?? '',
    current,
    proposed: {
      ...proposed,
      text,
      reasons: proposal.rules.map(({ rule, reason }) => ({ rule: String(rule['name']), reason })),
      remarks: proposal.remarks,
      variables,
    },
    falsePositives: {
      current: exposedBy(current, traffic),
      proposed: exposedBy(proposed, traffic),
    },
    yieldPerThousand: parts.yieldPerThousand ?? null,
    truth: parts.truth ?? null,
  };
}
