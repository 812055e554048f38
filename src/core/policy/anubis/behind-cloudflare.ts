/**
 * What becomes of header tests when the gate stands behind Cloudflare instead of a reverse proxy.
 *
 * Owns which headers every request bears there, which ones a proxy in front of Anubis adds, and the
 * truth of expressions that ask for them; must not know rules.
 * Source: https://developers.cloudflare.com/fundamentals/reference/http-headers/ (November 2026).
 * `Cf-Worker` and `Cf-Ew-Via` are not among them: they come with requests that Workers make.
 */
import { visitAst, type Ast } from '../cel/ast.ts';

const ALWAYS: ReadonlySet<string> = new Set([
  'cdn-loop',
  'cf-connecting-ip',
  'cf-ipcountry',
  'cf-ray',
  'cf-visitor',
]);
const PROXY =
  /^(?:x-real-ip|x-forwarded-\S*|forwarded|x-original-\S*|x-tls-\S*|x-anubis-\S*|x-client-ip)$/;

/** Whether Cloudflare adds the header to every request. */
export function isAlwaysPresent(header: string): boolean {
  return ALWAYS.has(header.toLowerCase());
}

/** Whether a proxy in front of Anubis adds the header, so that here only clients would. */
export function isFromProxy(header: string): boolean {
  return PROXY.test(header.toLowerCase());
}

/** `varies`: it depends on the request. */
export type Constancy = 'always' | 'never' | 'varies';

function negated(constancy: Constancy): Constancy {
  if (constancy === 'varies') return 'varies';
  return constancy === 'always' ? 'never' : 'always';
}

/** All of them have to hold. */
export function allOf(parts: readonly Constancy[]): Constancy {
  if (parts.includes('never')) return 'never';
  return parts.includes('varies') ? 'varies' : 'always';
}

/** Any of them has to hold. */
export function anyOf(parts: readonly Constancy[]): Constancy {
  return negated(allOf(parts.map(negated)));
}

function textOf(node: Ast | undefined): string | undefined {
  return node?.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;
}

function isHeaders(node: Ast | undefined): boolean {
  return node?.kind === 'name' && node.name === 'headers';
}

/** The header whose presence (or absence, for `missingHeader`) a node asks for. */
export function askedHeader(node: Ast): string | undefined {
  if (node.kind === 'binary' && node.operator === 'in' && isHeaders(node.right)) {
    return textOf(node.left);
  }
  if (node.kind === 'call' && node.name === 'missingHeader' && isHeaders(node.arguments[0])) {
    return textOf(node.arguments[1]);
  }
  return undefined;
}

/** The header whose value a node is. */
export function readHeader(node: Ast): string | undefined {
  return node.kind === 'index' && isHeaders(node.operand) ? textOf(node.key) : undefined;
}

/** All headers that an expression names, as they are written. */
export function headersIn(ast: Ast): ReadonlySet<string> {
  const found = new Set<string>();
  visitAst(ast, (node) => {
    const name = askedHeader(node) ?? readHeader(node);
    if (name !== undefined) found.add(name);
  });
  return found;
}

/** Whether an expression is the same for every request, as far as headers of Cloudflare make it so. */
export function constancyOf(ast: Ast): Constancy {
  if (ast.kind === 'not') return negated(constancyOf(ast.operand));
  if (ast.kind === 'logic') {
    const terms = ast.terms.map(constancyOf);
    return ast.operator === '&&' ? allOf(terms) : anyOf(terms);
  }
  if (ast.kind === 'literal') return ast.value === true ? 'always' : 'never';
  const name = askedHeader(ast);
  if (name === undefined || !isAlwaysPresent(name)) return 'varies';
  return ast.kind === 'call' ? 'never' : 'always';
}
