import { element, icon } from './element.js';
import { altOf } from './picture_facts.js';
import { setFrameSize } from './picture_frame.js';
import { showPicture } from './pictures.js';

const START = 50;

// `before` and `after` on top of each other with a line to drag. The range input below does the keyboard
// and speech; the pointer is followed here, as not all browsers move a range's thumb to where it is touched.
export function compareSlider(before, after) {
  const range = element('input', {
    type: 'range',
    min: 0,
    max: 100,
    value: START,
    'aria-label': 'Before and after',
    data: { testid: 'compare-range' },
  });
  const beforeImage = element('img', { alt: `Before: ${altOf(before)}`, draggable: 'false' });
  const afterImage = element('img', { alt: altOf(after), class: 'compare-after', draggable: 'false' });
  const node = element('div', { class: 'frame compare', data: { testid: 'compare' } },
    beforeImage, afterImage,
    element('span', { class: 'compare-label is-before', 'aria-hidden': 'true' }, 'Before'),
    element('span', { class: 'compare-label is-after', 'aria-hidden': 'true' }, 'After'),
    element('span', { class: 'compare-line', 'aria-hidden': 'true' },
      element('span', { class: 'compare-handle' }, icon('handle'))),
    range);

  const update = () => {
    node.style.setProperty('--split', `${range.value}%`);
    range.setAttribute('aria-valuetext', `${range.value} % before, ${100 - range.value} % after`);
  };
  const follow = (event) => {
    const { left, width } = node.getBoundingClientRect();
    range.value = Math.round(((event.clientX - left) / width) * 100);
    update();
  };
  range.addEventListener('input', update);
  node.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    range.focus({ preventScroll: true });
    follow(event);
    event.preventDefault();
  });
  node.addEventListener('pointermove', (event) => {
    if (node.hasPointerCapture(event.pointerId)) follow(event);
  });

  setFrameSize(node, after.width, after.height);
  showPicture(beforeImage, before);
  showPicture(afterImage, after);
  update();
  return node;
}
