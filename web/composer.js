import { byId } from './element.js';
import { guessMode } from './mode_guess.js';
import { announce } from './notices.js';

const PLACEHOLDERS = {
  draw: 'Describe a picture',
  edit: 'Say what to change',
  ask: 'Ask about the picture',
};
const NEEDS_PICTURE = {
  edit: 'There is no picture to edit yet: attach one, or draw one first.',
  ask: 'There is no picture to ask about yet: attach one, or draw one first.',
};
const MODE_NAMES = { draw: 'Draw', edit: 'Edit', ask: 'Ask' };

// The prompt with the mode that follows it. `send` is called with {mode, prompt, settings, subject} and
// answers with what speaks against it, or nothing.
export class Composer {
  maxPromptBytes = Infinity;
  #prompt = byId('prompt');
  #previous = 'draw';
  #picked = null;
  #recalled = 0;

  constructor(subject, settings, { send, prompts }) {
    Object.assign(this, { subject, settings, send, prompts });
    this.#prompt.addEventListener('input', () => this.#edited());
    this.#prompt.addEventListener('keydown', (event) => this.#key(event));
    byId('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    byId('mode').addEventListener('change', (event) => this.pick(event.target.value));
    this.#mode = 'draw';
    this.update();
  }

  get mode() { return byId('mode').querySelector('input:checked').value; }

  set #mode(mode) { byId('mode').querySelector(`input[value="${mode}"]`).checked = true; }

  focus() { this.#prompt.focus(); }

  // The user's choice; it holds until the next request.
  pick(mode) {
    this.#picked = mode;
    this.update();
  }

  setPrompt(text) {
    this.#prompt.value = text;
    this.#edited();
    this.#prompt.setSelectionRange(text.length, text.length);
  }

  get prompt() { return this.#prompt.value; }

  say(text) { byId('composer-message').textContent = text; }

  // After the prompt, the subject or the choice of mode changed.
  update() {
    const before = this.mode;
    const { isAttached, current } = this.subject;
    const hasPicture = current !== null;
    const guess = guessMode(this.#prompt.value, { isAttached, hasPicture, previous: this.#previous });
    this.#mode = this.#picked ?? guess;
    if (this.mode !== before) announce(`${MODE_NAMES[this.mode]} is chosen`);
    this.#prompt.placeholder = PLACEHOLDERS[this.mode];
    this.settings.node.hidden = this.mode === 'ask';
    this.subject.show(this.mode);
    this.#grow();
  }

  submit() {
    const prompt = this.#prompt.value.trim();
    const { mode } = this;
    const problem = this.#problemWith(prompt, mode);
    if (problem) {
      this.say(problem);
      this.focus();
      return;
    }
    if (mode !== 'ask' && !this.settings.check()) return;
    const subject = mode === 'draw' ? null : this.subject.current;
    const refusal = this.send({ mode, prompt, settings: this.settings.read(), subject });
    if (refusal) {
      this.say(refusal);
      return;
    }
    this.#previous = mode;
    this.#picked = null;
    this.#prompt.value = '';
    this.#edited();
    if (mode !== 'draw') this.subject.detach();
  }

  #problemWith(prompt, mode) {
    if (mode !== 'draw' && !this.subject.current) return NEEDS_PICTURE[mode];
    if (!prompt) return 'Write a prompt first.';
    const { maxPromptBytes } = this;
    const bytes = new TextEncoder().encode(prompt).length;
    if (bytes <= maxPromptBytes) return '';
    return `The prompt has ${bytes} bytes; the server takes at most ${maxPromptBytes}.`;
  }

  #edited() {
    this.#recalled = 0;
    this.say('');
    this.update();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
    if (event.key === 'ArrowUp' && (this.#prompt.value === '' || this.#recalled > 0)) {
      const prompts = this.prompts();
      const back = Math.min(this.#recalled + 1, prompts.length);
      if (!back) return;
      event.preventDefault();
      this.setPrompt(prompts.at(-back));
      this.#recalled = back;
    }
  }

  #grow() {
    this.#prompt.style.height = 'auto';
    this.#prompt.style.height = `${this.#prompt.scrollHeight}px`;
  }
}
