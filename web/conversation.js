import { recallTurns, rememberTurns } from './conversation_memory.js';
import { byId } from './element.js';
import { toast } from './notices.js';
import { isHidden } from './pictures.js';
import { Turn } from './turn.js';

const NEAR_END = 120;
const TITLE = document.title;

// The turns of this tab. `onChange` hears of each change of theirs.
export class Conversation {
  #turns = [];
  #scroller = byId('conversation');
  #list = byId('turns');
  #isAtEnd = true;
  #lastTop = 0;

  constructor(pictureHandlers, whenReady, onChange) {
    this.pictureHandlers = pictureHandlers;
    this.whenReady = whenReady;
    this.onChange = onChange;
    for (const leaving of ['pagehide', 'visibilitychange']) {
      addEventListener(leaving, () => rememberTurns(this.#turns));
    }
    byId('new-conversation').addEventListener('click', () => this.#clear());
    const sizes = new ResizeObserver(() => this.#stayAtEnd());
    sizes.observe(this.#list);
    sizes.observe(this.#scroller);
    this.#scroller.addEventListener('scroll', () => this.#scrolled());
  }

  get running() { return this.#turns.filter((turn) => turn.state === 'running'); }

  // The newest picture, of an answer or attached, or undefined.
  get lastPicture() {
    const pictures = this.#turns.flatMap(({ job, pictures: made }) => [job.subject, ...made]);
    return pictures.findLast((picture) => picture && (picture.id || picture.blob) && !isHidden(picture));
  }

  get prompts() { return this.#turns.map((turn) => turn.job.prompt); }

  start(job) {
    const turn = this.#add(job);
    this.#isAtEnd = true;
    this.#stayAtEnd();
    turn.run();
  }

  restore() {
    for (const turn of recallTurns()) this.#add(turn.job).restore(turn);
    this.#stayAtEnd();
  }

  #add(job) {
    const onChange = () => this.#changed();
    const turn = new Turn(job, this.pictureHandlers, { whenReady: this.whenReady, onChange });
    this.#setTurns([...this.#turns, turn]);
    this.#list.append(turn.view.node);
    return turn;
  }

  #setTurns(turns) {
    this.#turns = turns;
    this.#list.hidden = !turns.length;
    byId('welcome').hidden = turns.length > 0;
    byId('new-conversation').hidden = !turns.length;
  }

  #clear() {
    const turns = this.#turns;
    for (const turn of this.running) turn.cancel();
    this.#setTurns([]);
    this.#list.replaceChildren();
    this.#changed();
    byId('prompt').focus();
    toast('New conversation', {
      undo: () => {
        this.#setTurns([...turns, ...this.#turns]);
        this.#list.replaceChildren(...this.#turns.map((turn) => turn.view.node));
        this.#changed();
      },
    });
  }

  #changed() {
    const [turn] = this.running;
    const percent = turn?.fraction == null ? '' : `${Math.round(turn.fraction * 100)} % · `;
    document.title = percent + TITLE;
    this.onChange();
  }

  // Growing content also sends scroll events, so only scrolling up leaves the end.
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.#isAtEnd = true;
    else if (scrollTop < this.#lastTop) this.#isAtEnd = false;
    this.#lastTop = scrollTop;
  }

  #stayAtEnd() {
    if (this.#isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}
