import { compareSlider } from './compare_slider.js';
import { byId, element, iconButton } from './element.js';
import { pictureActions } from './picture_actions.js';
import { altOf, longFacts, titleOf } from './picture_facts.js';
import { setFrameSize } from './picture_frame.js';
import { getPicture, isSame, showPicture } from './pictures.js';

// The dialog with one picture, all that is known of it, and its neighbours by arrow keys.
export class Viewer {
  #node = byId('viewer');

  constructor(handlers) {
    const closing = (action) => (picture) => {
      this.#node.close();
      action(picture);
    };
    const { edit, ask, reuse } = handlers;
    this.handlers = { edit: closing(edit), ask: closing(ask), reuse: closing(reuse) };
    this.#node.addEventListener('keydown', (event) => this.#key(event));
    this.#node.addEventListener('click', (event) => { if (event.target === this.#node) this.#node.close(); });
  }

  // `neighbours` are the pictures to step through; it may lack `picture`.
  async open(picture, neighbours) {
    this.neighbours = neighbours;
    this.picture = picture;
    this.#show(null);
    if (!this.#node.open) this.#node.showModal();
    if (picture.task !== 'edit' || !picture.source_id) return;
    const source = await getPicture(picture.source_id).catch(() => null);
    if (source && this.picture === picture) this.#show(source);
  }

  #neighbour(distance) {
    const at = this.neighbours.findIndex((picture) => isSame(picture, this.picture));
    return at < 0 ? undefined : this.neighbours[at + distance];
  }

  #step(distance) {
    const next = this.#neighbour(distance);
    if (!next) return;
    this.open(next, this.neighbours);
    const button = this.#node.querySelector(`[data-testid="viewer-${distance < 0 ? 'newer' : 'older'}"]`);
    (button.disabled ? this.#node.querySelector('[data-testid="viewer-close"]') : button).focus();
  }

  #key(event) {
    if (event.target.matches('input') || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowLeft') this.#step(-1);
    if (event.key === 'ArrowRight') this.#step(1);
  }

  #show(source) {
    const { picture } = this;
    const node = this.#node;
    const focused = node.contains(document.activeElement) && document.activeElement.dataset.testid;
    const close = this.#button('Close', 'close', () => node.close(), 'viewer-close');
    close.autofocus = true;
    node.replaceChildren(
      element('div', { class: 'viewer-head' },
        element('h2', { id: 'viewer-title' }, titleOf(picture)),
        this.#stepper('Newer picture', 'back', -1, 'viewer-newer'),
        this.#stepper('Older picture', 'forward', 1, 'viewer-older'),
        close),
      element('div', { class: 'viewer-body' },
        source ? compareSlider(source, picture) : this.#plain(picture),
        element('div', { class: 'viewer-side' },
          longFacts(picture),
          pictureActions(picture, this.handlers, () => node.close()))));
    if (focused) node.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  #button(label, iconName, onClick, testid) {
    return iconButton(label, iconName, onClick, { iconOnly: true, testid });
  }

  #stepper(label, iconName, distance, testid) {
    const button = this.#button(label, iconName, () => this.#step(distance), testid);
    button.disabled = !this.#neighbour(distance);
    return button;
  }

  #plain(picture) {
    const img = element('img', { alt: altOf(picture), data: { testid: 'viewer-picture' } });
    showPicture(img, picture);
    const frame = element('div', { class: 'frame' }, img);
    setFrameSize(frame, picture.width, picture.height);
    return frame;
  }
}
