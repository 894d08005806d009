import { element } from './element.js';

const TEXTS = {
  loading: 'The model is loading. You may write already; what you send waits for it.',
  unreachable: 'The server does not answer. Trying again …',
};

// Follows /health and says in `banner` what it waits for. Sends "ready" each time the server becomes so.
export class Readiness extends EventTarget {
  #state = 'unknown';
  #timer = 0;

  constructor(banner) {
    super();
    this.banner = banner;
  }

  async check() {
    clearTimeout(this.#timer);
    const state = await this.#ask();
    if (state !== this.#state) {
      this.#state = state;
      this.#show();
      if (state === 'ready') this.dispatchEvent(new Event('ready'));
    }
    if (state !== 'ready') this.#timer = setTimeout(() => this.check(), state === 'loading' ? 700 : 2000);
  }

  get isReady() { return this.#state === 'ready'; }

  async whenReady(signal) {
    while (!this.isReady) {
      signal.throwIfAborted();
      await new Promise((resolve) => {
        this.addEventListener('ready', resolve, { once: true });
        signal.addEventListener('abort', resolve, { once: true });
      });
    }
  }

  async #ask() {
    try {
      const { status } = await fetch('health', { cache: 'no-store' });
      return status === 503 ? 'loading' : 'ready';
    } catch {
      return 'unreachable';
    }
  }

  #show() {
    const text = TEXTS[this.#state];
    this.banner.dataset.state = this.#state;
    this.banner.hidden = !text;
    this.banner.replaceChildren();
    if (text) this.banner.append(element('span', { class: 'spinner', 'aria-hidden': 'true' }), text);
  }
}
