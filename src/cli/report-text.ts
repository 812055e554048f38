/**
 * A report in plain text, for a terminal.
 *
 * Owns the layout; plots are left to the page. Must not know what the report is about.
 */
import type { Figure, ReportDocument, ReportPart } from './html/report-page.ts';
import { formatTextTable } from './text-table.ts';
import { wrapText } from './text-width.ts';

const WIDTH = 100;

const paragraph = (text: string, indent = ''): string =>
  wrapText(text, WIDTH - indent.length)
    .map((line) => `${indent}${line}\n`)
    .join('');

function formatFigures(figures: readonly Figure[]): string {
  const widest = Math.max(...figures.map(({ label }) => label.length));
  const lines = figures.map(({ label, value, note }) => {
    const line = `${label.padEnd(widest)}  ${value}`;
    return `${note === undefined ? line : `${line} (${note})`}\n`;
  });
  return lines.join('');
}

function formatPart(part: ReportPart): string {
  if (part.kind === 'text') return paragraph(part.text);
  if (part.kind === 'figures') return formatFigures(part.figures);
  if (part.kind === 'table') return formatTextTable(part, WIDTH);
  return part.kind === 'code' ? `${paragraph(part.caption)}${paragraph(part.text, '    ')}` : '';
}

/** Heading, lead and sections, at most 100 columns wide; without control characters. */
export function formatReport({ title, lead, sections }: ReportDocument): string {
  const blocks = sections.map(({ heading, parts }) => {
    const texts = parts.map(formatPart).filter((text) => text !== '');
    return `${heading}\n${'='.repeat(heading.length)}\n${texts.join('\n')}`;
  });
  return [`${title}\n${paragraph(lead)}`, ...blocks].join('\n');
}
