import { byId, element } from './element.js';
import { altOf } from './picture_facts.js';
import { isHidden, library, listPictures, showPicture } from './pictures.js';
import { recall, remember } from './storage.js';

const PAGE = 30;
const TAGS = { edit: 'Edit', upload: 'Upload' };

// The panel of all pictures that the server keeps, newest first: beside the conversation where there is room,
// else over it.
export class Gallery {
  pictures = [];
  #node = byId('gallery');
  #toggle = byId('gallery-toggle');
  #more = byId('load-more');
  #isNarrow = matchMedia('(max-width: 1000px)');

  constructor(onOpen) {
    this.onOpen = onOpen;
    this.#toggle.addEventListener('click', () => this.setOpen(!this.isOpen));
    byId('gallery-close').addEventListener('click', () => this.setOpen(false));
    this.#more.addEventListener('click', () => this.#loadMore());
    this.#isNarrow.addEventListener('change', () => {
      this.setOpen(this.isOpen && !this.#isNarrow.matches, false);
    });
    for (const name of ['hidden', 'shown']) library.addEventListener(name, () => this.#show());
    library.addEventListener('made', () => this.refresh());
    this.setOpen(!this.#isNarrow.matches && recall('localStorage', 'gallery') !== 'closed', false);
  }

  get isOpen() { return !this.#node.hidden; }

  get coversPage() { return this.isOpen && this.#isNarrow.matches; }

  get visible() { return this.pictures.filter((picture) => !isHidden(picture)); }

  setOpen(isOpen, isChoice = true) {
    this.#node.hidden = !isOpen;
    this.#toggle.setAttribute('aria-expanded', String(isOpen));
    byId('main').inert = this.coversPage;
    if (!isChoice) return;
    if (!this.#isNarrow.matches) remember('localStorage', 'gallery', isOpen ? 'open' : 'closed');
    if (isOpen) byId('gallery-close').focus();
    else this.#toggle.focus();
  }

  // Takes over what is new on the server and what others deleted there, and keeps what more was loaded.
  async refresh() {
    const page = await this.#load();
    if (!page) return;
    const at = this.pictures.findIndex((picture) => picture.id === page.data.at(-1)?.id);
    const older = at < 0 || !page.has_more ? [] : this.pictures.slice(at + 1);
    this.pictures = [...page.data, ...older];
    if (!older.length) this.#more.hidden = !page.has_more;
    this.#show();
  }

  async #loadMore() {
    const numBefore = this.visible.length;
    const page = await this.#load(this.pictures.at(-1)?.id);
    if (!page) return;
    this.pictures.push(...page.data);
    this.#more.hidden = !page.has_more;
    this.#show();
    byId('thumbs').children[numBefore]?.querySelector('button').focus();
  }

  async #load(before) {
    this.#more.disabled = true;
    try {
      return await listPictures(PAGE, before);
    } catch (error) {
      this.#say(`The gallery could not be loaded: ${error.message}`);
      return null;
    } finally {
      this.#more.disabled = false;
    }
  }

  #say(text) { byId('gallery-note').textContent = text; }

  // Thumbnails that stay keep their nodes, so that the focus and loaded pictures stay, too.
  #show() {
    const list = byId('thumbs');
    const nodes = new Map([...list.children].map((node) => [node.dataset.pictureId, node]));
    list.replaceChildren(...this.visible.map((picture) => nodes.get(picture.id) ?? this.#thumb(picture)));
    this.#say(this.visible.length ? '' : 'Pictures that you draw or edit are kept here.');
  }

  #thumb(picture) {
    const img = element('img', { alt: altOf(picture) });
    showPicture(img, picture);
    const tag = TAGS[picture.task];
    const button = element('button', {
      type: 'button', class: 'thumb', title: picture.prompt || 'Upload', on: { click: () => this.onOpen(picture) },
    }, img, tag && element('span', { class: 'thumb-tag', 'aria-hidden': 'true' }, tag));
    return element('li', { data: { testid: 'thumb', pictureId: picture.id } }, button);
  }
}
