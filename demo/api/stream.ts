/** Server-sent events with pauses between them, to show that the gate does not buffer. */
import type { Visit } from '../router.ts';

const DEFAULT_CHUNKS = 10;
const MAX_CHUNKS = 100;
const DEFAULT_GAP_MS = 200;
const MAX_GAP_MS = 2000;

function parseBounded(text: string | null, fallback: number, max: number): number {
  return text !== null && /^\d{1,4}$/.test(text) ? Math.min(Number(text), max) : fallback;
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}

/** A plausible level in centimetres; it depends on the index alone, so tests can foresee it. */
export function levelAt(index: number): number {
  return 142 + ((index * 37) % 11);
}

/** `GET /api/stream?chunks=10&gapMs=200`: that many `level` events, then one `end`. */
export function replyStream({ url }: Visit): Response {
  const chunks = parseBounded(url.searchParams.get('chunks'), DEFAULT_CHUNKS, MAX_CHUNKS);
  const gapMs = parseBounded(url.searchParams.get('gapMs'), DEFAULT_GAP_MS, MAX_GAP_MS);
  const encoder = new TextEncoder();
  let index = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (index === chunks) {
        controller.enqueue(encoder.encode('event: end\ndata: {}\n\n'));
        controller.close();
        return;
      }
      if (index > 0) await sleep(gapMs);
      const data = JSON.stringify({ index, levelCm: levelAt(index) });
      controller.enqueue(encoder.encode(`event: level\ndata: ${data}\n\n`));
      index += 1;
    },
  });
  return new Response(body, {
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
  });
}
