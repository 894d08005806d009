import { toast } from './notices.js';
import { call, callJson, hasKey, ServerError } from './server.js';

// A picture is the server's PICTURE, or as much of it as is known; with `blob` where its bytes are here.
// Attached files have no id.

// Sends "hidden" and "shown" with the picture as detail when one is deleted and when that is undone,
// "made" when there is a new one, "reachable" when pictures that could not be fetched may be tried again.
export const library = new EventTarget();

const hiddenKeys = new Set();
const endsOfToasts = new Set();

const tell = (name, picture) => library.dispatchEvent(new CustomEvent(name, { detail: picture }));

const keyOf = (picture) => picture.id ?? picture;

export const isSame = (one, other) => keyOf(one) === keyOf(other);

export const isHidden = (picture) => hiddenKeys.has(keyOf(picture));

export const listPictures = (limit, before) =>
  callJson(`v1/pictures?limit=${limit}${before ? `&before=${encodeURIComponent(before)}` : ''}`);

export const getPicture = (id) => callJson(`v1/pictures/${encodeURIComponent(id)}`);

export const imagePath = (picture) => `v1/pictures/${encodeURIComponent(picture.id)}/image`;

export const fileName = (picture) => `unipic_${picture.id ?? picture.seed ?? 'picture'}.png`;

export async function pictureBlob(picture, signal) {
  if (picture.blob) return picture.blob;
  if (!picture.id) throw new ServerError('The attached picture is no longer in this tab. Attach it again.');
  return (await call(imagePath(picture), { signal })).blob();
}

// With a key an <img> cannot fetch by itself, so pictures are fetched when they come near the screen.
const nearby = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    nearby.unobserve(target);
    fetchInto(target, waiting.get(target));
  }
}, { rootMargin: '300px' });
const waiting = new WeakMap();

async function fetchInto(img, picture) {
  try {
    const url = URL.createObjectURL(await pictureBlob(picture));
    img.addEventListener('load', () => URL.revokeObjectURL(url), { once: true });
    img.src = url;
  } catch {
    img.dispatchEvent(new Event('error'));
  }
}

export function showPicture(img, picture) {
  if (picture.blob) {
    picture.url ??= URL.createObjectURL(picture.blob);
    img.src = picture.url;
  } else if (hasKey()) {
    waiting.set(img, picture);
    nearby.observe(img);
  } else {
    img.loading = 'lazy';
    img.src = imagePath(picture);
  }
}

// Hides the picture everywhere and deletes it on the server unless that is undone in time.
export function deletePicture(picture, { focusUndo }) {
  hiddenKeys.add(keyOf(picture));
  tell('hidden', picture);
  const show = () => {
    hiddenKeys.delete(keyOf(picture));
    tell('shown', picture);
  };
  const finish = async () => {
    endsOfToasts.delete(end);
    if (!picture.id) return;
    try {
      await call(`v1/pictures/${encodeURIComponent(picture.id)}`, { method: 'DELETE', keepalive: true });
    } catch (error) {
      if (error.status === 404) return;
      show();
      toast(`The picture was not deleted: ${error.message}`);
    }
  };
  const undo = () => {
    endsOfToasts.delete(end);
    show();
  };
  const end = toast('Picture deleted', { undo, done: finish, focusUndo });
  endsOfToasts.add(end);
}

export const pictureMade = (picture) => tell('made', picture);

export const picturesReachable = () => tell('reachable');

addEventListener('pagehide', () => {
  for (const end of [...endsOfToasts]) end();
});
