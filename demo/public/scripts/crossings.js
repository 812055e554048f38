/** Filters the table through the JSON API; without this script the whole table stays. */
const filter = document.querySelector('#filter');
const status = document.querySelector('#status');
const rows = document.querySelector('#rows');

function createRow(item) {
  const row = document.createElement('tr');
  for (const text of [item.departs, item.direction, item.by, item.note]) {
    row.append(Object.assign(document.createElement('td'), { textContent: text }));
  }
  return row;
}

async function refresh() {
  const direction = filter.elements.direction.value;
  const query = direction === '' ? '' : `?direction=${direction}`;
  const response = await fetch(`/api/crossings${query}`, {
    headers: { Accept: 'application/json' },
  });
  if (!response.ok) {
    status.textContent = `The list did not come: ${response.status}.`;
    return;
  }
  const { items, total } = await response.json();
  rows.replaceChildren(...items.map(createRow));
  status.textContent = `${total} crossings.`;
}

filter.hidden = false;
filter.addEventListener('submit', (event) => event.preventDefault());
filter.addEventListener('change', refresh);
