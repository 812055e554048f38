/** One WebSocket for as long as the page is open. */
const form = document.querySelector('#call');
const status = document.querySelector('#status');
const answers = document.querySelector('#answers');

const address = new URL('/api/socket', location.href);
address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
const socket = new WebSocket(address);

socket.addEventListener('open', () => (status.textContent = 'Connected.'));
socket.addEventListener('close', () => (status.textContent = 'The other end is closed.'));
socket.addEventListener('message', (event) => {
  answers.append(Object.assign(document.createElement('li'), { textContent: event.data }));
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(form.elements.words.value);
  form.reset();
});
