/**
 * `npm start`: the gate on loopback with the demo origin behind it.
 *
 * Owns the local secret, the port check and the life of the wrangler process; must not
 * know what the build does or what the Worker answers. wrangler runs in a process group
 * of its own, because ending it alone leaves workerd behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECRET_FILE = join(ROOT, '.wrangler', 'dev.env');
const SECRET_LINE = /^TOLL_SECRET=[\w+/=-]{43,}$/m;
const HOST = '127.0.0.1';
const DEFAULT_PORT = 8787;
/** No request leaves the machine: no telemetry, no look-up of request.cf, no update check. */
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
};
const POLL_MS = 250;
const GRACE_MS = 5000;

const HELP = `Usage: npm start -- [--port N]

Runs the gate on this machine with the demo site behind it: no account, no network.

  --port N   the port to listen on (default ${DEFAULT_PORT})
  --help     this text
`;

type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'start'; readonly port: number }
  | { readonly kind: 'mistake'; readonly message: string };

function parseCommand(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, port: { type: 'string' } },
    });
    if (values.help === true) return { kind: 'help' };
    const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
    if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { kind: 'start', port };
    return { kind: 'mistake', message: '--port takes a number from 1 to 65535.' };
  } catch (error) {
    return { kind: 'mistake', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Why the port cannot be used, or `undefined` where it can. */
function findPortProblem(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: 'another program uses it',
        EACCES: 'this user may not listen there',
      };
      resolve(reasons[error.code ?? ''] ?? error.message);
    });
    server.listen(port, HOST, () => server.close(() => resolve(undefined)));
  });
}

/** Writes a random secret once; later starts keep it, so that passes survive a restart. */
async function ensureSecret(): Promise<void> {
  const text = await readFile(SECRET_FILE, 'utf8').catch(() => '');
  if (!SECRET_LINE.test(text)) {
    await mkdir(dirname(SECRET_FILE), { recursive: true });
    const secret = randomBytes(32).toString('base64url');
    await writeFile(SECRET_FILE, `TOLL_SECRET=${secret}\n`, { mode: 0o600 });
  }
  await chmod(SECRET_FILE, 0o600);
}

/** The exit status of a child; one that was ended by a signal gets the shell's 128 + number. */
function waitForExit(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function build(): Promise<number> {
  const script = join(ROOT, 'src', 'build', 'build.ts');
  return waitForExit(spawn(process.execPath, [script], { cwd: ROOT, stdio: 'inherit' }));
}

function spawnWrangler(port: number): ChildProcess {
  const wrangler = join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
  const configs = ['--config', 'wrangler.toml', '--config', join('demo', 'wrangler.toml')];
  const listen = ['--ip', HOST, '--port', String(port), '--inspector-port', '0'];
  const quiet = ['--show-interactive-dev-session=false', '--env-file', SECRET_FILE];
  return spawn(
    process.execPath,
    [wrangler, 'dev', '--env', 'dev', ...configs, ...listen, ...quiet],
    {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
      env: { ...process.env, ...QUIET },
    },
  );
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Ends the whole group on Ctrl-C, on a polite kill, and when npm above it is gone. */
function endWithParent(child: ChildProcess): void {
  const parent = process.ppid;
  const end = (signal: NodeJS.Signals): void => {
    signalGroup(child, signal);
    setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end('SIGTERM');
  }, 1000);
  watch.unref();
}

function formatWelcome(url: string): string {
  return `
The gate stands at ${url} and the demo site behind it. Things to try:

  open ${url} in a browser     it pays the toll and arrives at the site
  curl -i ${url}/              no work, no entry: 403 with a challenge
  curl -i ${url}/robots.txt    let through by a built-in rule
  ${url}/inspect               the request as the origin saw it
  ${url}/.toll/healthz         whether the gate is configured

Ctrl-C ends everything.

`;
}

async function announce(url: string, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const answered = await fetch(`${url}/.toll/healthz`, { signal: stop }).then(
      async (response) => {
        await response.body?.cancel();
        return true;
      },
      () => false,
    );
    if (answered) {
      process.stdout.write(formatWelcome(url));
      return;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}

async function start(port: number): Promise<number> {
  const problem = await findPortProblem(port);
  if (problem !== undefined) {
    process.stderr.write(
      `Port ${port} is not free: ${problem}. Choose one: npm start -- --port N\n`,
    );
    return 1;
  }
  const buildStatus = await build();
  if (buildStatus !== 0) return buildStatus;
  await ensureSecret();
  const child = spawnWrangler(port);
  endWithParent(child);
  const ended = new AbortController();
  const [status] = await Promise.all([
    waitForExit(child).finally(() => ended.abort()),
    announce(`http://localhost:${port}`, ended.signal),
  ]);
  // wrangler's own end does not guarantee workerd's.
  signalGroup(child, 'SIGKILL');
  return status;
}

const command = parseCommand(process.argv.slice(2));
if (command.kind === 'help') {
  process.stdout.write(HELP);
} else if (command.kind === 'mistake') {
  process.stderr.write(`${command.message}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  process.exitCode = await start(command.port);
}
