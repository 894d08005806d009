import { element, icon, iconButton } from './element.js';
import { wasMadeHere } from './picture_facts.js';
import { deletePicture, fileName, imagePath, pictureBlob } from './pictures.js';
import { hasKey } from './server.js';
import { toast } from './notices.js';

// What can be done with a picture: {edit, ask, reuse} are told the picture; `beforeDelete` before it goes.
export function pictureActions(picture, { edit, ask, reuse }, beforeDelete) {
  const remove = (event) => {
    beforeDelete?.();
    // A click by keyboard has no detail: only then does the focus go to Undo, so that it is not lost.
    deletePicture(picture, { focusUndo: event.detail === 0 });
  };
  return element('div', { class: 'actions', role: 'group', 'aria-label': 'With this picture' },
    iconButton('Edit this', 'edit', () => edit(picture), { testid: 'action-edit' }),
    iconButton('Ask about it', 'ask', () => ask(picture), { testid: 'action-ask' }),
    downloadLink(picture),
    wasMadeHere(picture) && iconButton('Reuse settings', 'settings', () => reuse(picture), {
      mayShrink: true, testid: 'action-reuse',
    }),
    iconButton('Delete', 'trash', remove, {
      mayShrink: true, style: 'quiet danger', testid: 'action-delete',
    }));
}

function downloadLink(picture) {
  const isLocal = !picture.id || hasKey();
  return element('a', {
    class: 'button quiet may-shrink',
    href: picture.id ? `${imagePath(picture)}?download=1` : '#',
    download: fileName(picture),
    'aria-label': 'Download',
    title: 'Download',
    data: { testid: 'action-download' },
    on: isLocal ? { click: (event) => { event.preventDefault(); save(picture); } } : {},
  }, icon('download'), element('span', {}, 'Download'));
}

// A link cannot send the key, and a picture without an id is only here.
async function save(picture) {
  try {
    const url = URL.createObjectURL(await pictureBlob(picture));
    element('a', { href: url, download: fileName(picture) }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  } catch (error) {
    toast(`The picture was not downloaded: ${error.message}`);
  }
}
