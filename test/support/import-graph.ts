/**
 * The import graph of `src/`, and the rules that it must obey.
 *
 * Owns reading imports from source text and the table of layers (DESIGN section 4).
 * Type-only imports count like any other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';

export interface SourceFile {
  /** Path relative to the source folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** From a layer to the layers that it may import, itself included. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  edge: ['edge', 'core'],
  http: ['http', 'core'],
  browser: ['browser', 'core'],
  // Copied into other people's code: one file that imports nothing.
  origin: [],
  cli: ['cli', 'core'],
  build: ['build', 'core'],
  wasm: ['wasm'],
  'worker.ts': ['core', 'edge', 'http'],
};

/** Packages that a layer may import; Node's own modules are allowed to `build` and `cli`. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: ['jose'],
  edge: ['cloudflare:workers'],
  http: ['hono'],
  build: ['esbuild', 'assemblyscript', 'node:'],
  cli: ['node:', 'yaml', 'wrangler'],
};

/** Files outside the layers: hand-written text, and names that the build generates. */
const STATIC_IMPORT = /^\.\.\/static\//;
const STATIC_READERS: ReadonlySet<string> = new Set(['http', 'browser']);

const IMPORT =
  /\b(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|(?<!['"])\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

/** Every TypeScript file below `folder`. */
export function readSources(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(resolve(folder), resolve(file)).split(sep).join('/');
      return { path, text: readFileSync(file, 'utf8') };
    });
}

export function importsOf(file: SourceFile): readonly string[] {
  return [...file.text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

function layerOf(path: string): string {
  return path.split('/', 1)[0] ?? '';
}

function violationOf(file: SourceFile, specifier: string): string | undefined {
  const layer = layerOf(file.path);
  if (!specifier.startsWith('.')) {
    const allowed = PACKAGES[layer] ?? [];
    const isAllowed = allowed.some((name) =>
      name.endsWith(':')
        ? specifier.startsWith(name)
        : specifier === name || specifier.startsWith(`${name}/`),
    );
    return isAllowed ? undefined : `${file.path} imports the package ${specifier}`;
  }
  const target = posix.normalize(posix.join(dirname(file.path), specifier));
  if (STATIC_READERS.has(layer) && STATIC_IMPORT.test(target)) return undefined;
  const isAllowed = (LAYERS[layer] ?? []).includes(layerOf(target));
  return isAllowed ? undefined : `${file.path} imports ${target}`;
}

/** Imports that point the wrong way, one sentence each. */
export function findViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((specifier) => violationOf(file, specifier) ?? []),
  );
}

/** Files that import themselves through others, type-only imports included. */
export function findCycles(files: readonly SourceFile[]): readonly string[] {
  const targets = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.normalize(posix.join(dirname(file.path), specifier))),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const target of targets.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) walk(path, []);
  return cycles;
}

/** Source without comments and string contents, so that prose cannot trip a check. */
export function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/\/\/[^\n]*/g, ' ')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}
