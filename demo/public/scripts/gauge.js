/** Shows each reading when it arrives, so that a proxy that collects them first is caught. */
const start = document.querySelector('#start');
const status = document.querySelector('#status');
const levels = document.querySelector('#levels');

function show({ levelCm }, startedMs) {
  const item = document.createElement('li');
  const afterMs = Math.round(performance.now() - startedMs);
  item.dataset.afterMs = String(afterMs);
  item.textContent = `${levelCm} cm, after ${(afterMs / 1000).toFixed(1)} s`;
  levels.append(item);
}

function read() {
  const startedMs = performance.now();
  const source = new EventSource('/api/stream');
  levels.replaceChildren();
  start.disabled = true;
  status.textContent = 'Reading.';
  const finish = (text) => {
    source.close();
    start.disabled = false;
    status.textContent = text;
  };
  source.addEventListener('level', (event) => show(JSON.parse(event.data), startedMs));
  source.addEventListener('end', () => finish('That was the last reading.'));
  source.addEventListener('error', () => finish('The gauge is silent.'));
}

start.addEventListener('click', read);
