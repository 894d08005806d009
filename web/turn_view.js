import { element, icon, iconButton } from './element.js';
import { PictureCard } from './picture_card.js';
import { altOf } from './picture_facts.js';
import { showPicture } from './pictures.js';

const MODE_NAMES = { draw: 'Draw', edit: 'Edit', ask: 'Ask' };

// A request of the conversation and what came of it.
export class TurnView {
  #cards = [];

  // `handlers` are those of the pictures and {cancel, again} of this turn.
  constructor(job, handlers) {
    this.job = job;
    this.handlers = handlers;
    this.pictures = element('div', { class: `pictures${job.settings.count > 1 ? ' is-many' : ''}` });
    this.answer = element('p', {
      class: 'answer', 'aria-live': 'polite', 'aria-atomic': 'true', data: { testid: 'answer' },
    });
    this.end = element('div', { class: 'turn-end' });
    this.node = element('li', {
      class: 'turn',
      'aria-label': `${MODE_NAMES[job.mode]}: ${job.prompt}`,
      data: { testid: 'turn', mode: job.mode },
    }, this.#request(), element('div', { class: 'reply' }, this.pictures, this.answer, this.end));
  }

  set state(state) { this.node.dataset.state = state; }

  begin() {
    this.#cards = [];
    this.pictures.replaceChildren();
    this.answer.textContent = '';
    this.answer.setAttribute('aria-busy', String(this.job.mode === 'ask'));
    this.done = element('div', { class: 'progress-done' });
    this.bar = element('div', {
      class: 'progress is-indefinite',
      role: 'progressbar',
      'aria-label': MODE_NAMES[this.job.mode],
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      data: { testid: 'progress' },
    }, this.done);
    this.label = element('span', { class: 'working-label', data: { testid: 'progress-label' } }, 'Sending');
    const cancel = iconButton('Cancel', 'close', () => this.handlers.cancel(), {
      style: 'bordered', testid: 'cancel',
    });
    this.end.replaceChildren(element('div', { class: 'working', data: { testid: 'working' } },
      element('div', { class: 'working-row' }, this.label, cancel), this.bar));
  }

  // `fraction` null: nothing is known yet.
  showProgress(label, fraction = null) {
    this.label.textContent = label;
    this.bar.classList.toggle('is-indefinite', fraction === null);
    this.bar.setAttribute('aria-valuetext', label);
    if (fraction === null) {
      this.bar.removeAttribute('aria-valuenow');
      return;
    }
    this.bar.setAttribute('aria-valuenow', Math.round(fraction * 100));
    this.done.style.setProperty('--done', fraction.toFixed(4));
  }

  makeRoom(count, [width, height], source) {
    while (this.#cards.length < count) {
      const card = new PictureCard(this.handlers, width, height);
      if (source) card.showSource(source);
      this.#cards.push(card);
      this.pictures.append(card.node);
    }
  }

  showSketch(index, url) { this.#cards[index]?.showSketch(url); }

  showPicture(index, picture, before) {
    this.makeRoom(index + 1, [picture.width, picture.height]);
    this.#cards[index].finish(picture, before);
  }

  refreshFacts(index) { this.#cards[index].refreshFacts(); }

  showText(text) { this.answer.textContent = text; }

  finish({ isCut = false } = {}) {
    this.#stopForming();
    this.end.replaceChildren();
    if (!isCut) return;
    this.end.append(element('p', { class: 'ended' }, 'The answer was cut off at its longest length.'));
  }

  finishCancelled() {
    this.#stopForming();
    this.end.replaceChildren(element('div', { class: 'turn-again', data: { testid: 'cancelled' } },
      element('p', { class: 'ended' }, 'Cancelled.'), this.#again()));
  }

  finishFailed(message) {
    this.#stopForming();
    this.end.replaceChildren(element('div', { class: 'problem', role: 'alert', data: { testid: 'problem' } },
      icon('alert'),
      element('div', { class: 'problem-text' },
        element('p', { class: 'problem-title' }, 'That did not work'),
        element('p', { data: { testid: 'problem-message' } }, message)),
      this.#again()));
  }

  #again() {
    return iconButton('Try again', 'reuse', () => this.handlers.again(), {
      style: 'bordered', testid: 'try-again',
    });
  }

  #stopForming() {
    this.answer.setAttribute('aria-busy', 'false');
    for (const card of this.#cards) if (!card.picture) card.node.remove();
    this.#cards = this.#cards.filter((card) => card.picture);
  }

  #request() {
    const { mode, prompt, subject } = this.job;
    const thumbnail = subject && element('img', { class: 'request-subject', alt: altOf(subject) });
    if (thumbnail) {
      thumbnail.addEventListener('error', () => { thumbnail.hidden = true; });
      if (subject.id || subject.blob) showPicture(thumbnail, subject);
      else thumbnail.hidden = true;
    }
    return element('div', { class: 'request' },
      thumbnail,
      element('div', { class: 'request-text' },
        element('span', { class: 'request-mode' }, MODE_NAMES[mode]),
        element('p', { class: 'request-prompt', data: { testid: 'request-prompt' } }, prompt)));
  }
}
