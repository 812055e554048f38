/**
 * What Cloudflare itself says of a client, where the plan has Bot Management.
 *
 * Owns the reading of members that most zones do not have. Nothing here is ever read from a header.
 */

export interface CloudflareVerdict {
  /** `undefined` where the plan does not say. */
  readonly verifiedBot: boolean | undefined;
  /** Such as "Search Engine Crawler"; `undefined` where absent or not plain. */
  readonly category: string | undefined;
}

/** Letters, digits and what stands between words of a category's name. */
const CATEGORY = /^[A-Za-z0-9][A-Za-z0-9 &/().-]{0,63}$/;

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const member: unknown = Reflect.get(value, name);
  return member;
}

/** Reads `request.cf`, whatever it is. Never throws for data; only a real `true` is true. */
export function readCloudflareVerdict(cf: unknown): CloudflareVerdict {
  const verifiedBot = memberOf(memberOf(cf, 'botManagement'), 'verifiedBot');
  const category = memberOf(cf, 'verifiedBotCategory');
  return {
    verifiedBot: typeof verifiedBot === 'boolean' ? verifiedBot : undefined,
    category: typeof category === 'string' && CATEGORY.test(category) ? category : undefined,
  };
}
