/** Entry point of the page: reads its data blocks and joins the parts. */
import { detectFeatures, detectWasm } from './features.ts';
import { pauseWhileHidden } from './hidden-pause.ts';
import { createLocalLane, createSolverLoader, createWorkerLane } from './lanes.ts';
import { createLateGpuJoin } from './late-gpu-join.ts';
import { goTo, pickOwnPath, sendForm } from './leave.ts';
import { readPage } from './page-blocks.ts';
import { Pool } from './pool.ts';
import { createMarkStore, hasLostPass, leaveMark } from './return-mark.ts';
import { createSay } from './strings.ts';
import { createTollClient } from './toll-client.ts';
import { View } from './view.ts';
import { Visit } from './visit.ts';

const { data, strings, workerUrl, localUrl, gpuUrls, modules } = readPage(document);

// The module that the workers will ask for comes while they start; they find it in the cache.
// What fails here fails there again, with its reason in the details.
const { kind } = detectWasm();
if (kind !== 'none') fetch(modules[kind]).catch(() => undefined);

const after = (delayMs: number, callback: () => void): void => {
  setTimeout(callback, delayMs);
};
const features = detectFeatures();
const pool = new Pool({
  workers: Array.from({ length: features.lanes }, () => createWorkerLane(workerUrl)),
  localLane: createLocalLane(createSolverLoader(localUrl)),
  modules,
  gpu: createLateGpuJoin(gpuUrls, { after }),
  nowMs: () => performance.now(),
  after,
});
pauseWhileHidden(pool, {
  isHidden: () => document.hidden,
  onChange: (listener) => document.addEventListener('visibilitychange', listener),
  after,
});
const marks = createMarkStore(window);
const { lang } = document.documentElement;
const numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
const view = new View(document, createSay(strings, numbers), numbers);

const visit = new Visit({
  data,
  features,
  client: createTollClient({
    fetch: (path, init) => fetch(path, init),
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  }),
  digest: async (text) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  solve: (job, onStatus) => pool.solve(job, onStatus),
  show: (scene) => view.show(scene),
  showProgress: (status, attempts) => view.showProgress(status, attempts),
  mark: {
    isLost: () => hasLostPass(marks, location.pathname + location.search, Date.now()),
    leave: (path) => leaveMark(marks, path.split('#')[0] ?? '/', Date.now()),
  },
  pickOwnPath,
  goTo,
  sendForm,
  goBack: () => history.back(),
});

// A page kept by the back button has spent its challenge: the address decides again.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted && data.form.kind === 'none') location.reload();
});
visit.start();
