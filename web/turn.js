import { announce } from './notices.js';
import { getPicture, pictureMade } from './pictures.js';
import { run } from './requests.js';
import { TurnView } from './turn_view.js';

const DOING = { draw: 'Drawing', edit: 'Editing', ask: 'Looking at the picture' };

// One request: job {mode, prompt, settings, subject, defaultSteps, defaultSize}, its pictures, its answer, and
// how it ended: `state` is "running", "done", "cancelled" or "failed".
export class Turn {
  pictures = [];
  answer = '';
  problem = '';
  isCut = false;
  state = 'cancelled';
  #abort = new AbortController();
  #fractions = new Map();

  constructor(job, pictureHandlers, { whenReady, onChange }) {
    this.job = job;
    this.whenReady = whenReady;
    this.onChange = onChange;
    const handlers = { ...pictureHandlers, cancel: () => this.cancel(), again: () => this.run() };
    this.view = new TurnView(job, handlers);
  }

  cancel() { this.#abort.abort(); }

  get fraction() {
    const fractions = [...this.#fractions.values()];
    return fractions.length ? fractions.reduce((sum, value) => sum + value, 0) / this.#numParts : null;
  }

  get #numParts() { return this.#fractions.has(undefined) ? this.#fractions.size : this.job.settings.count; }

  async run() {
    this.#abort = new AbortController();
    this.#fractions.clear();
    Object.assign(this, { pictures: [], answer: '', problem: '', isCut: false });
    this.#become('running');
    this.view.begin();
    announce(DOING[this.job.mode]);
    try {
      await this.#work(this.#abort.signal);
      this.view.finish(this);
      this.#become('done');
      this.#announceEnd();
    } catch (error) {
      if (this.#abort.signal.aborted) {
        this.#become('cancelled');
        announce('Cancelled');
      } else {
        const wait = error.retryAfter ? ` (try again in ${error.retryAfter} s)` : '';
        this.problem = error.message + wait;
        this.#become('failed');
      }
      this.showEnd();
    }
  }

  #announceEnd() {
    const { length } = this.pictures;
    if (length === 1) announce(`The picture is done, seed ${this.pictures[0].seed}`);
    if (length > 1) announce(`${length} pictures are done`);
  }

  async #work(signal) {
    const { job, view } = this;
    view.showProgress('Waiting for the server');
    await this.whenReady(signal);
    view.showProgress(DOING[job.mode]);
    if (job.mode !== 'ask') view.makeRoom(job.settings.count, this.#expectedSize(), this.#before());
    for await (const event of run(job, signal)) this.#take(event);
  }

  #take(event) {
    if (event.kind === 'progress') this.#takeProgress(event);
    if (event.kind === 'partial') this.view.showSketch(event.index, event.url);
    if (event.kind === 'cut') this.isCut = true;
    if (event.kind === 'text') {
      this.answer += event.text;
      this.view.showText(this.answer);
    }
    if (event.kind === 'picture') this.#takePicture(event);
    this.onChange(this);
  }

  #takeProgress({ index, step, steps, position }) {
    if (position > 0) {
      const label = `Waiting in the queue, position ${position}`;
      if (label !== this.lastLabel) announce(label);
      this.lastLabel = label;
      this.view.showProgress(label);
      return;
    }
    this.#fractions.set(index, steps > 0 ? step / steps : 0);
    const stepText = this.job.mode === 'ask' ? '' : `, step ${step} of ${steps}`;
    this.view.showProgress(`${DOING[this.job.mode]}${stepText}`, this.fraction);
  }

  #takePicture({ index, picture }) {
    this.pictures[index] = picture;
    this.view.showPicture(index, picture, this.#before());
    if (picture.id) this.#learnMore(index, picture);
  }

  // The server knows what was left to it, such as the steps, and the id of an attached file.
  async #learnMore(index, picture) {
    try {
      Object.assign(picture, await getPicture(picture.id));
    } catch {
      return;
    }
    if (this.job.subject && picture.source_id) this.job.subject.id ??= picture.source_id;
    this.view.refreshFacts(index);
    this.onChange(this);
    pictureMade(picture);
  }

  #before() {
    const { mode, subject } = this.job;
    return mode === 'edit' && (subject?.blob || subject?.id) ? subject : null;
  }

  #expectedSize() {
    const { settings, defaultSize } = this.job;
    return settings.size === 'auto' ? [defaultSize, defaultSize] : settings.size.split('x').map(Number);
  }

  showEnd() {
    if (this.state === 'cancelled') this.view.finishCancelled();
    if (this.state === 'failed') this.view.finishFailed(this.problem);
    if (this.state === 'done') this.view.finish(this);
  }

  // Shows what an earlier visit left; see conversation_memory.js.
  restore({ pictures, answer, problem, isCut, state }) {
    Object.assign(this, { pictures, answer, problem, isCut });
    this.#become(state);
    pictures.forEach((picture, index) => this.view.showPicture(index, picture, this.#before()));
    this.view.showText(answer);
    this.showEnd();
  }

  #become(state) {
    this.state = state;
    this.view.state = state;
    this.onChange(this);
  }
}
