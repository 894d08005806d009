import { byId } from './element.js';
import { hasKey, server, setKey } from './server.js';

// Asks for the API key when the server wants one. `onKey` tries it: false if it was refused.
export function setUpKeyForm(onKey) {
  const form = byId('key-form');
  const input = byId('api-key');
  const note = byId('key-note');
  const firstNote = note.textContent;
  const say = (text, isError) => {
    note.textContent = text;
    note.classList.toggle('is-error', isError);
    input.setAttribute('aria-invalid', String(isError));
  };

  server.addEventListener('unauthorized', () => {
    const wasRefused = hasKey();
    setKey('');
    if (form.hidden) {
      form.hidden = false;
      input.focus();
    }
    say(wasRefused ? 'The server did not accept this key.' : firstNote, wasRefused);
  });

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    setKey(input.value.trim());
    if (!await onKey()) {
      input.select();
      return;
    }
    input.value = '';
    form.hidden = true;
    byId('prompt').focus();
  });
}
