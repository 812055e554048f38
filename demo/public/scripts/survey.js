/** Sends a file as the raw body and compares the digests of both ends. */
const form = document.querySelector('#upload');
const status = document.querySelector('#status');
const receipt = document.querySelector('#receipt');

async function digest(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function send(file) {
  status.textContent = 'Sending.';
  const [sent, response] = await Promise.all([
    digest(file),
    fetch('/api/upload', { method: 'POST', body: file }),
  ]);
  if (!response.ok) {
    status.textContent = `It did not arrive: ${response.status}.`;
    return;
  }
  const arrived = await response.json();
  document.querySelector('#arrived-bytes').textContent = String(arrived.bytes);
  document.querySelector('#arrived-sha256').textContent = arrived.sha256;
  document.querySelector('#sent-sha256').textContent = sent;
  receipt.hidden = false;
  status.textContent =
    sent === arrived.sha256 ? 'It arrived unchanged.' : 'It arrived, but not the same.';
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  if (file !== undefined) void send(file);
});
