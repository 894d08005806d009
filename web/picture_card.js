import { compareSlider } from './compare_slider.js';
import { element } from './element.js';
import { pictureActions } from './picture_actions.js';
import { altOf, shortFacts, titleOf } from './picture_facts.js';
import { setFrameSize } from './picture_frame.js';
import { isHidden, isSame, library, showPicture } from './pictures.js';

// A picture of the conversation, from its first sketch to the finished one with all that can be done with it.
export class PictureCard {
  constructor(handlers, width, height) {
    this.handlers = handlers;
    this.picture = null;
    this.sketch = element('img', { alt: 'The picture as far as it is', hidden: true });
    const frame = element('div', { class: 'frame is-forming', data: { testid: 'forming' } }, this.sketch);
    setFrameSize(frame, width, height);
    this.node = element('figure', { class: 'card', data: { testid: 'picture' } }, frame);
    for (const name of ['hidden', 'shown']) {
      library.addEventListener(name, ({ detail }) => {
        if (this.picture && isSame(detail, this.picture)) this.#show();
      });
    }
    library.addEventListener('reachable', () => { if (this.isBroken) this.#show(); });
  }

  // Until there is more to see, an edit shows what it began with.
  showSource(picture) {
    showPicture(this.sketch, picture);
    this.sketch.className = 'is-source';
    this.sketch.hidden = false;
  }

  showSketch(url) {
    this.sketch.src = url;
    this.sketch.className = '';
    this.sketch.hidden = false;
  }

  // `before` is what an edit began with.
  finish(picture, before) {
    this.picture = picture;
    this.before = before;
    if (picture.id) this.node.dataset.pictureId = picture.id;
    this.#show();
  }

  // After more of the picture became known.
  refreshFacts() {
    this.facts?.replaceChildren(...shortFacts(this.picture, this.handlers.useSeed));
  }

  #show() {
    const { picture, before, handlers } = this;
    this.isBroken = false;
    if (isHidden(picture)) return this.#showGone('This picture was deleted.');
    this.facts = element('figcaption', { class: 'card-facts', data: { testid: 'picture-facts' } });
    this.node.replaceChildren(
      before ? compareSlider(before, picture) : this.#zoomable(),
      this.facts,
      pictureActions(picture, handlers));
    for (const img of this.node.querySelectorAll('.frame img')) {
      img.addEventListener('error', () => this.#showBroken(), { once: true });
    }
    this.refreshFacts();
  }

  #zoomable() {
    const { picture, handlers } = this;
    const img = element('img', { alt: altOf(picture) });
    const frame = element('button', {
      type: 'button',
      class: 'frame',
      'aria-label': `Open: ${titleOf(picture)}`,
      data: { testid: 'open-picture' },
      on: { click: () => handlers.open(picture) },
    }, img);
    setFrameSize(frame, picture.width, picture.height);
    if (!picture.width) {
      img.addEventListener('load', () => {
        [picture.width, picture.height] = [img.naturalWidth, img.naturalHeight];
        setFrameSize(frame, picture.width, picture.height);
        this.refreshFacts();
      }, { once: true });
    }
    showPicture(img, picture);
    return frame;
  }

  #showBroken() {
    this.isBroken = true;
    this.#showGone('This picture is not on the server any more, or cannot be fetched now.');
  }

  #showGone(text) {
    this.node.replaceChildren(element('p', { class: 'ended', data: { testid: 'picture-gone' } }, text));
  }
}
