import { element, iconButton } from './element.js';
import { titleOf } from './picture_facts.js';
import { isHidden, isSame, showPicture } from './pictures.js';

// What Edit and Ask work on: the attached picture, else the last one of the conversation.
export class Subject {
  #attached = null;
  #last = null;

  constructor(node, onChange) {
    this.node = node;
    this.onChange = onChange;
  }

  get isAttached() { return this.#attached !== null; }

  get current() { return this.#attached ?? this.#last; }

  attach(picture) {
    this.#attached = picture;
    this.onChange();
  }

  detach() {
    this.#attached = null;
    this.onChange();
  }

  offer(picture) {
    const isGone = this.#attached && isHidden(this.#attached);
    const isUnchanged = picture ? this.#last && isSame(picture, this.#last) : !this.#last;
    if (isUnchanged && !isGone) return;
    if (isGone) this.#attached = null;
    this.#last = picture ?? null;
    this.onChange();
  }

  show(mode) {
    const picture = mode === 'draw' ? this.#attached : this.current;
    this.node.hidden = !picture;
    this.node.classList.toggle('is-unused', mode === 'draw');
    if (!picture) return;
    const img = element('img', { alt: '' });
    showPicture(img, picture);
    const titles = { draw: 'Not used for drawing', edit: 'Edit this picture', ask: 'Ask about this picture' };
    this.node.replaceChildren(...[
      img,
      element('span', { class: 'subject-text' },
        element('span', { class: 'subject-title' }, titles[mode]),
        element('span', { class: 'subject-name' }, titleOf(picture))),
      this.isAttached && iconButton('Remove the picture', 'close', () => this.detach(), {
        iconOnly: true, testid: 'subject-remove',
      }),
    ].filter(Boolean));
  }
}
