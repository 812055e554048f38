/**
 * Whose a known bot is, and what it is for: for people who read a list or a report.
 *
 * Owns both words for every bot of `known-bots.ts`; no decision of the gate rests on them, so the Worker
 * does not carry them.
 */
export type BotPurpose =
  | 'search'
  | 'ai-training'
  | 'ai-search'
  | 'ai-user'
  | 'preview'
  | 'monitor'
  | 'archive'
  | 'seo'
  | 'feed'
  | 'advertising'
  | 'other';

/** Operator and purpose, by the bot's name. */
const DESCRIPTIONS: Readonly<Record<string, readonly [operator: string, purpose: BotPurpose]>> = {
  googlebot: ['Google', 'search'],
  googleother: ['Google', 'other'],
  'google-special': ['Google', 'advertising'],
  'google-feeds': ['Google', 'feed'],
  'google-fetchers': ['Google', 'other'],
  'google-notebooklm': ['Google', 'ai-user'],
  'google-agent': ['Google', 'ai-user'],
  bingbot: ['Microsoft', 'search'],
  duckduckbot: ['DuckDuckGo', 'search'],
  applebot: ['Apple', 'search'],
  kagibot: ['Kagi', 'search'],
  marginalia: ['Marginalia', 'search'],
  mojeekbot: ['Mojeek', 'search'],
  qwantbot: ['Qwant', 'search'],
  yandexbot: ['Yandex', 'search'],
  baiduspider: ['Baidu', 'search'],
  seznambot: ['Seznam', 'search'],
  petalbot: ['Huawei', 'search'],
  amazonbot: ['Amazon', 'search'],
  gptbot: ['OpenAI', 'ai-training'],
  'oai-searchbot': ['OpenAI', 'ai-search'],
  'chatgpt-user': ['OpenAI', 'ai-user'],
  perplexitybot: ['Perplexity', 'ai-search'],
  'perplexity-user': ['Perplexity', 'ai-user'],
  'mistralai-user': ['Mistral', 'ai-user'],
  duckassistbot: ['DuckDuckGo', 'ai-search'],
  ccbot: ['Common Crawl', 'ai-training'],
  claudebot: ['Anthropic', 'ai-training'],
  'claude-searchbot': ['Anthropic', 'ai-search'],
  'claude-user': ['Anthropic', 'ai-user'],
  bytespider: ['ByteDance', 'ai-training'],
  'meta-crawler': ['Meta', 'ai-training'],
  'meta-preview': ['Meta', 'preview'],
  'x-preview': ['X', 'preview'],
  'linkedin-preview': ['LinkedIn', 'preview'],
  'telegram-preview': ['Telegram', 'preview'],
  'vk-preview': ['VK', 'preview'],
  'slack-preview': ['Slack', 'preview'],
  'discord-preview': ['Discord', 'preview'],
  'whatsapp-preview': ['Meta', 'preview'],
  pinterest: ['Pinterest', 'preview'],
  'internet-archive': ['Internet Archive', 'archive'],
  'arquivo-pt': ['Arquivo.pt', 'archive'],
  'wikimedia-citoid': ['Wikimedia', 'other'],
  'wikimedia-zotero': ['Wikimedia', 'other'],
  uptimerobot: ['UptimeRobot', 'monitor'],
  updown: ['updown.io', 'monitor'],
  betterstack: ['Better Stack', 'monitor'],
  pingdom: ['Pingdom', 'monitor'],
  ahrefsbot: ['Ahrefs', 'seo'],
  semrushbot: ['Semrush', 'seo'],
  mj12bot: ['Majestic', 'seo'],
  'apple-messages-preview': ['Apple', 'preview'],
};

/** `other` for a name that the table does not have. */
export function purposeOf(name: string): BotPurpose {
  return DESCRIPTIONS[name]?.[1] ?? 'other';
}

/** Who runs it; `undefined` for a name that the table does not have. */
export function operatorOf(name: string): string | undefined {
  return DESCRIPTIONS[name]?.[0];
}
