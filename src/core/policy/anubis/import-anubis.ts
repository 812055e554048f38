/**
 * A policy of Anubis as a policy document.
 *
 * Owns the order of the steps: files are read and checked as Anubis's loader does it, so what it
 * refuses is refused; what it takes is translated rule by rule, and whatever does not mean the same
 * afterwards is named with its place. Must not know where files come from nor who reads the notes.
 */
import { MAX_RULES } from '../decode-rules.ts';
import { Journal, type ImportNote, type ImportProblem } from './journal.ts';
import { mergeRules } from './merge-rules.ts';
import { BotReader } from './read-bots.ts';
import { RuleNames } from './rule-names.ts';
import { readStatusCodes, reviewSettings, type StatusCodes } from './settings.ts';
import { rootOf, type AnubisFiles, type FilePlace, type SourceNode } from './source.ts';
import { translateBot, type RuleTable } from './translate-bot.ts';
import { translateThresholds } from './translate-thresholds.ts';

export interface AnubisImportOptions {
  /** Whether rules by country and autonomous system become live at once. */
  readonly geo: boolean;
}

export interface AnubisCounts {
  /** Rules that were read, those of imported files included. */
  readonly rules: number;
  /** Of these: mean the same. */
  readonly whole: number;
  /** Mean something else, or are in dry-run. */
  readonly changed: number;
  readonly dropped: number;
  readonly networks: number;
}

export type AnubisImport =
  | {
      readonly ok: true;
      /** Schema 1; `decodeDocument` takes it. */
      readonly document: Readonly<Record<string, unknown>>;
      readonly notes: readonly ImportNote[];
      readonly counts: AnubisCounts;
      /** Where each rule that was read stands; imported twice, it is here twice. */
      readonly places: readonly FilePlace[];
    }
  | { readonly ok: false; readonly problems: readonly ImportProblem[] };

const DENY_STATUS = 403;

/** The roots of the entry file's documents; problems are in the journal where there is none. */
function openEntry(entry: string, files: AnubisFiles, journal: Journal): readonly SourceNode[] {
  const refuse = (message: string): readonly SourceNode[] => {
    journal.problems.push({ file: entry, line: 1, column: 1, message });
    return [];
  };
  const text = files.read(entry);
  if (text === undefined) return refuse('name a file that exists and can be read');
  const parsed = files.parse(text, entry);
  if (!parsed.ok) {
    journal.problems.push(...parsed.problems.map((problem) => ({ file: entry, ...problem })));
    return [];
  }
  const roots = parsed.documents.map((document) => rootOf(document, entry));
  const [first] = roots;
  if (first === undefined || first.value === null)
    return refuse('write a policy: the file is empty');
  return roots;
}

function denyStatusOf({ deny, challenge, node }: StatusCodes, journal: Journal): number {
  if (node === undefined) return DENY_STATUS;
  if (challenge !== DENY_STATUS) {
    const why = 'a challenge is answered with 403, or 429 where a pass is spent';
    journal.note(node, { kind: 'changed', what: 'status_codes CHALLENGE', why });
  }
  if (deny >= 400 && deny <= 499) return deny;
  const why = `a denial has a status from 400 to 499: ${DENY_STATUS} stands in`;
  journal.note(node, { kind: 'changed', what: 'status_codes DENY', why });
  return DENY_STATUS;
}

class Importer {
  readonly journal = new Journal();
  readonly #names = new RuleNames();
  readonly #entry: string;
  readonly #reader: BotReader;
  /** The root of a configuration; a list of rules has none. */
  #configuration: SourceNode | undefined;
  #denyStatus = DENY_STATUS;

  constructor(entry: string, files: AnubisFiles) {
    this.#entry = entry;
    this.#reader = new BotReader(files, this.journal);
  }

  /** Reads rules and settings, with all checks but those of thresholds. */
  read(roots: readonly SourceNode[]): void {
    const [root, ...others] = roots;
    if (root === undefined) return;
    if (root.isTable) this.#readConfiguration(root, others);
    else if (root.items !== undefined) this.#reader.readLists(roots, [this.#entry]);
    else this.journal.refuse(root, 'write a table with bots, or a list of rules');
  }

  #readConfiguration(root: SourceNode, others: readonly SourceNode[]): void {
    const { journal } = this;
    this.#configuration = root;
    const bots = root.member('bots');
    const entries = bots?.items ?? [];
    if (entries.length === 0) journal.refuse(bots ?? root, 'write at least one rule under bots');
    this.#reader.readEntries(entries, [this.#entry]);
    for (const other of others) {
      const why = 'Anubis reads the first document of a configuration alone';
      journal.note(other, { kind: 'dropped', what: 'a further document', why });
    }
    reviewSettings(root, journal);
    this.#denyStatus = denyStatusOf(readStatusCodes(root, journal), journal);
  }

  /** What decides where no rule does: thresholds, and the default where they leave a gap. */
  #decideTheRest(): Readonly<Record<string, unknown>> {
    const root = this.#configuration;
    if (root === undefined) return {};
    const { journal } = this;
    const context = { journal, names: this.#names, denyStatus: this.#denyStatus };
    const { thresholds, coverAll } = translateThresholds(root, context);
    const some = thresholds.length > 0 ? { thresholds } : {};
    if (coverAll) return some;
    const why =
      'Anubis lets through whatever no rule and no threshold decides on: spoofable: true says that this is meant';
    journal.note(root, { kind: 'carried', what: 'the default', why });
    return { ...some, default: { action: 'allow', spoofable: true } };
  }

  #fit(rules: readonly RuleTable[]): readonly RuleTable[] {
    if (rules.length <= MAX_RULES) return rules;
    const merged = mergeRules(rules);
    const place = { file: this.#entry, line: 1, column: 1 };
    for (const { rule, names } of merged) {
      if (names.length === 1) continue;
      const what = `rule ${JSON.stringify(rule['name'])}`;
      const why = `it stands for ${names.length} rules in a row that decide alike, up to ${JSON.stringify(names.at(-1))}`;
      this.journal.notes.push({ ...place, kind: 'carried', what, why });
    }
    if (merged.length > MAX_RULES) {
      const message = `use fewer rules: ${merged.length} are left, and ${MAX_RULES} are the most`;
      this.journal.problems.push({ ...place, message });
    }
    return merged.map(({ rule }) => rule);
  }

  /** Translates what was read. */
  translate({ geo }: AnubisImportOptions): AnubisImport {
    const { journal } = this;
    const context = { journal, names: this.#names, geo, denyStatus: this.#denyStatus };
    const translated = this.#reader.bots.map((bot) => translateBot(bot, context));
    // Rules choose their names before thresholds do.
    const rest = this.#decideTheRest();
    const rules = this.#fit(translated.flatMap(({ rule }) => (rule === undefined ? [] : [rule])));
    if (journal.problems.length > 0) return { ok: false, problems: journal.problems };
    const count = (outcome: string): number =>
      translated.filter((each) => each.outcome === outcome).length;
    const counts = {
      rules: translated.length,
      whole: count('whole'),
      changed: count('changed'),
      dropped: count('dropped'),
      networks: translated.reduce((sum, { networks }) => sum + networks, 0),
    };
    const places = this.#reader.bots.map(({ node }) => node.at);
    const document = { schema: 1, rules, ...rest };
    return { ok: true, document, notes: journal.notes, counts, places };
  }
}

/** The document, or every problem for which Anubis would refuse the policy. Never throws. */
export function importAnubis(
  entry: string,
  files: AnubisFiles,
  options: AnubisImportOptions,
): AnubisImport {
  const importer = new Importer(entry, files);
  importer.read(openEntry(entry, files, importer.journal));
  return importer.translate(options);
}
