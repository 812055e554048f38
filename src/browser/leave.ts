/**
 * How the page goes to where the visitor was going.
 *
 * Owns navigation: by address, and by sending a carried form again. Must not know passes.
 */

/** `candidate` if it is a path of this origin, else `fallback`. Never another origin or scheme. */
export function pickOwnPath(candidate: string, fallback: string): string {
  try {
    const url = new URL(candidate, location.origin);
    const isOwn = url.origin === location.origin && /^\/(?!\/)/.test(url.pathname);
    return isOwn ? url.pathname + url.search + url.hash : fallback;
  } catch {
    return fallback;
  }
}

/** Replaces the page. The fragment never reached the server: it is put back where it belongs. */
export function goTo(path: string): void {
  const here = location.pathname + location.search;
  if (path !== here) location.replace(path);
  // With a fragment, replace() with the same address would only scroll.
  else if (location.hash !== '') location.reload();
  else location.replace(path);
}

/**
 * Sends a urlencoded body as a form of this page does. The fields are added in the `formdata`
 * event instead of as elements, so that no field's name can stand in for a property of the form
 * or have a meaning of its own (`_charset_`). The server carries only bodies that come out of
 * this byte for byte.
 */
export function sendForm(action: string, body: string): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.enctype = 'application/x-www-form-urlencoded';
  form.acceptCharset = 'utf-8';
  form.action = action;
  form.hidden = true;
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of new URLSearchParams(body)) formData.append(name, value);
  });
  document.body.append(form);
  form.submit();
}
