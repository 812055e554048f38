/**
 * A proposed policy as a file: YAML, each rule below its reason.
 *
 * Owns the layout; what is proposed the core says.
 */
import { stringify } from 'yaml';
import type { Proposal } from '../core/assessment/propose-policy.ts';
import { printable } from './terminal.ts';

const WIDTH = 100;

/** Text as comments of at most 100 columns. */
function comment(text: string, indent: string): string {
  const room = WIDTH - indent.length - 2;
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}# ${each}\n`).join('');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

/** The whole file; `policy check` accepts it. */
export function formatProposedPolicy(proposal: Proposal, about: string): string {
  const { preset, rules, remarks } = proposal;
  const written = rules.map(({ rule, reason }) => {
    const text = stringify([rule], { lineWidth: 0 });
    return `${comment(reason, '  ')}${indented(text)}`;
  });
  return [
    comment(about, ''),
    'schema: 1\n\n',
    comment(
      'Behind these rules come those of the preset: search engines, monitors, feeds. Try it first with "mode: dry-run".',
      '',
    ),
    `preset: ${preset}\n`,
    rules.length === 0 ? '\nrules: []\n' : `\nrules:\n${written.join('\n')}`,
    remarks.length === 0 ? '' : `\n${remarks.map((remark) => comment(remark, '')).join('#\n')}`,
  ].join('');
}
