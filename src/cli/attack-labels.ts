/** What people call the parts of an attack. */
import type { Figures } from '../core/price/price-overrides.ts';
import type { NamedAttack } from './price-summary.ts';

/** The labels of an attack's hardware and addresses. */
export type Labels = (attack: NamedAttack) => {
  readonly hardware: string;
  readonly addresses: string;
};

function labelOf(
  entries: readonly { readonly name: string; readonly label: string }[],
  wanted: string,
): string {
  return entries.find(({ name }) => name === wanted)?.label ?? wanted;
}

export function labelsOf({ attackers, addresses }: Figures): Labels {
  return (attack) => ({
    hardware: labelOf(attackers, attack.hardware),
    addresses: labelOf(addresses, attack.addresses),
  });
}
