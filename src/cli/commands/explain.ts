/** `policy explain`: why a request is decided as it is. */
import { explainRequest } from '../../core/policy/explain-policy.ts';
import { decodeRequestCase, type RequestCase } from '../../core/policy/request-case.ts';
import { askRequest, REFUSED_PATH } from '../asked-request.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { explanationJson, printExplanation } from '../format-decision.ts';
import { openPolicy } from '../opened-policy.ts';
import { DEFAULT_POLICY } from '../policy-file.ts';
import { printable } from '../terminal.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll policy explain URL [options]

Asks a policy about one request: every rule in its order, each condition with what it asks for, what
the request has, and whether it holds; points, tags, every reading of the path, and the decision.
URL may be a path alone; it is then asked for on example.com.

  -X, --method M         (default GET)
  -H, --header 'N: v'    again for each header field
      --ip A             address of the client (unknown without it)
      --country C        such as DE
      --asn N            such as 64500
      --cf JSON          further members of request.cf, such as '{"httpProtocol":"HTTP/2"}'
      --verified-bot B   name of a known bot whose identity is proven; again for each
  -p, --policy FILE      (default: ${DEFAULT_POLICY})
      --json             one JSON object
${CONFIG_HELP}  -h, --help             this text
`;

const OPTIONS = {
  ...CONFIG_OPTIONS,
  method: { type: 'string', short: 'X' },
  header: { type: 'string', short: 'H', multiple: true },
  ip: { type: 'string' },
  country: { type: 'string' },
  asn: { type: 'string' },
  cf: { type: 'string' },
  'verified-bot': { type: 'string', multiple: true },
  policy: { type: 'string', short: 'p' },
  json: { type: 'boolean' },
} as const;

interface Written {
  readonly [key: string]: string | boolean | readonly string[] | undefined;
  readonly header?: readonly string[] | undefined;
  readonly cf?: string | undefined;
}

/** Fields by name; `undefined` where one is not "Name: value". */
function parseHeaders(lines: readonly string[]): Readonly<Record<string, string>> | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return undefined;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(headers);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The request that the options describe, or what is wrong with them. */
function readRequest(url: string, values: Written): RequestCase | string {
  const headers = parseHeaders(values.header ?? []);
  if (headers === undefined) return '--header takes "Name: value".';
  const cf = values.cf === undefined ? undefined : parseJson(values.cf);
  if (values.cf !== undefined && (typeof cf !== 'object' || cf === null)) {
    return '--cf takes a JSON object, such as \'{"httpProtocol":"HTTP/2"}\'.';
  }
  const { method, ip, country, asn } = values;
  const decoded = decodeRequestCase(
    {
      url,
      headers,
      ...(method === undefined ? {} : { method }),
      ...(ip === undefined ? {} : { ip }),
      ...(country === undefined ? {} : { country }),
      ...(asn === undefined ? {} : { asn: /^\d+$/.test(String(asn)) ? Number(asn) : asn }),
      ...(cf === undefined ? {} : { cf }),
      verifiedBots: values['verified-bot'] ?? [],
    },
    'request',
  );
  if (decoded.ok) return decoded.request;
  return decoded.problems
    .map(({ path, message }) => `${path.replace(/^request\./, '')}: ${message}.`)
    .join('\n');
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, explainCommand, { options: OPTIONS, words: [1, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const { terminal } = invocation;
  const request = readRequest(positionals[0] ?? '', values);
  if (typeof request === 'string')
    return refuseUsage(invocation, explainCommand, printable(request));
  const asked = askRequest(request);
  if (asked.kind === 'no-url') {
    return refuseUsage(
      invocation,
      explainCommand,
      'This URL cannot be parsed: write one such as https://example.com/a.',
    );
  }
  const opening = await openPolicy(invocation, values.policy ?? DEFAULT_POLICY, values);
  if (!opening.ok) return opening.code;
  if (asked.kind === 'refused') {
    const { problem } = asked;
    const text = `The gate answers 400 before any rule: the path is refused (${problem}).`;
    const json = JSON.stringify({ decision: REFUSED_PATH, problem }, undefined, 2);
    terminal.out(`${values.json === true ? json : text}\n`);
    return 0;
  }
  const explanation = explainRequest(opening.opened.prepared, asked.request);
  if (values.json === true) {
    terminal.out(`${explanationJson(explanation)}\n`);
    return 0;
  }
  const { client, method } = asked.request;
  const from = [
    client.addressText,
    ...(client.asn === undefined ? [] : [`AS${client.asn}`]),
    ...(client.country === undefined ? [] : [client.country]),
  ];
  const { host, pathname, search } = asked.url;
  terminal.out(printable(`${method} ${host}${pathname}${search} from ${from.join(', ')}\n`));
  printExplanation(terminal, explanation);
  return 0;
}

export const explainCommand: Command = {
  name: 'explain',
  group: 'policy',
  summary: 'why a request is decided as it is',
  help: HELP,
  run,
};
