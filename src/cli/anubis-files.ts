/**
 * Files of Anubis for its importer.
 *
 * Owns the adapter between npm `yaml` and the importer's port, and where `(data)/...` is. Unlike a
 * policy of ours such a file may hold several documents, anchors and merge keys.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
} from 'yaml';
import type { AnubisFiles, ParsedFile, Place } from '../core/policy/anubis/source.ts';
import { memberPath } from '../core/policy/policy-problem.ts';

/** Offsets of all values by their paths; a member stands where its key does. */
function offsetsOf(document: Document.Parsed): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  const walk = (node: unknown, path: string, at: number): void => {
    offsets.set(path, at);
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        walk(value, path === '' ? name : memberPath(path, name), key.range?.[0] ?? at);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        walk(item, `${path}[${index}]`, isNode(item) ? (item.range?.[0] ?? at) : at);
      }
    }
  };
  walk(document.contents, '', document.contents?.range[0] ?? 0);
  return offsets;
}

/** The importer's `parse` over npm `yaml`: YAML 1.2, and so JSON, with merge keys. */
export function parseYaml(text: string): ParsedFile {
  const lineCounter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return line === 0 ? { line: 1, column: 1 } : { line, column: col };
  };
  const options = { lineCounter, prettyErrors: false, merge: true, logLevel: 'silent' } as const;
  const parsed = parseAllDocuments(text, options);
  const documents = Array.isArray(parsed) ? parsed : [];
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) {
    const problems = errors.map(({ message, pos }) => {
      const { line, column } = placeOf(pos[0]);
      return { message, line, column };
    });
    return { ok: false, problems };
  }
  return {
    ok: true,
    documents: documents.map((document) => {
      const offsets = offsetsOf(document);
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      return {
        value,
        locate: (path) => {
          let current = path;
          while (!offsets.has(current) && current !== '') {
            current = current.replace(/(?:\.?\w+|\[[^\]]*\])$/, '');
          }
          return placeOf(offsets.get(current) ?? 0);
        },
      };
    }),
  };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const DATA = '(data)';

/**
 * Files of a folder.
 * @param data what `(data)` stands for
 * @param cwd where other names begin
 */
export function folderFiles(data: string, cwd: string): AnubisFiles {
  const pathOf = (name: string): string =>
    name === DATA || name.startsWith(`${DATA}/`)
      ? resolve(data, `.${name.slice(DATA.length)}`)
      : resolve(cwd, name);
  return {
    read(name) {
      const path = pathOf(name);
      const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
      return isFile ? readFileSync(path, 'utf8') : undefined;
    },
    list(folder) {
      const root = pathOf(folder);
      if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
      return filesBelow(root).map(
        (path) => `${folder}/${relative(root, path).split(sep).join('/')}`,
      );
    },
    parse: parseYaml,
  };
}
