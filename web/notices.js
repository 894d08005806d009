import { byId, element } from './element.js';

const TOAST_MS = 7000;

// Tells screen readers. Emptied first, so that the same words are read again.
export function announce(text) {
  const announcer = byId('announcer');
  announcer.textContent = '';
  setTimeout(() => { announcer.textContent = text; }, 50);
}

// Shows `text` for some seconds, longer while it is pointed at or focused. With `undo`, a button calls it;
// `done` is called once if the notice ends without it. Returns what ends the notice now.
export function toast(text, { undo, done, focusUndo = false } = {}) {
  let timer = 0;
  const end = (isUndone) => {
    if (!node.isConnected) return;
    clearTimeout(timer);
    const hadFocus = node.contains(document.activeElement);
    node.remove();
    if (hadFocus) byId('prompt').focus();
    if (isUndone) undo();
    else done?.();
  };
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => end(false), TOAST_MS);
  };
  const pause = () => clearTimeout(timer);
  const undoButton = undo && element('button', {
    type: 'button', class: 'button', data: { testid: 'undo' }, on: { click: () => end(true) },
  }, 'Undo');
  const node = element('div', {
    class: 'toast',
    data: { testid: 'toast' },
    on: { pointerenter: pause, pointerleave: restart, focusin: pause, focusout: restart },
  }, element('span', {}, text), undoButton);
  byId('toasts').append(node);
  announce(undo ? `${text}. Undo is possible.` : text);
  restart();
  if (focusUndo) undoButton?.focus();
  return () => end(false);
}
