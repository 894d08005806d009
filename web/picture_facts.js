import { element } from './element.js';

const seconds = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const TASKS = { generate: 'Drawn', edit: 'Edited', upload: 'Uploaded' };

export const wasMadeHere = (picture) => picture.task !== 'upload' && picture.task !== undefined;

export function titleOf(picture) {
  return picture.prompt || picture.name || 'Uploaded picture';
}

export function altOf(picture) {
  if (!wasMadeHere(picture)) return titleOf(picture);
  return `${picture.task === 'edit' ? 'Result of the edit' : 'Drawing'}: ${titleOf(picture)}`;
}

// "Seed 42 (use again) · 128 × 128 · 32 steps · 1.2 s", as nodes.
export function shortFacts(picture, onUseSeed) {
  const useAgain = element('button', {
    type: 'button',
    class: 'link-button',
    'aria-label': `Use again: seed ${picture.seed}`,
    data: { testid: 'use-seed' },
    on: { click: () => onUseSeed(picture.seed) },
  }, 'use again');
  return [
    picture.seed != null && element('span', {}, `Seed ${picture.seed} `, useAgain),
    picture.width && element('span', {}, `${picture.width} × ${picture.height}`),
    picture.num_inference_steps && element('span', {}, `${picture.num_inference_steps} steps`),
    picture.seconds && element('span', {}, `${seconds.format(picture.seconds)} s`),
  ].filter(Boolean);
}

// All that is known of a picture, as a description list.
export function longFacts(picture) {
  const made = picture.created && dates.format(picture.created * 1000);
  const rows = [
    [TASKS[picture.task] ?? 'Made', made],
    ['Size', picture.width && `${picture.width} × ${picture.height} pixels`],
  ];
  if (wasMadeHere(picture)) {
    rows.push(
      ['Seed', picture.seed],
      ['Steps', picture.num_inference_steps],
      ['Guidance', picture.guidance_scale],
      ['Temperature', picture.temperature],
      ['Negative prompt', picture.negative_prompt],
      ['Model', picture.model],
      ['Took', picture.seconds && `${seconds.format(picture.seconds)} seconds`],
    );
  }
  const known = rows.filter(([, value]) => value != null && value !== '');
  return element('dl', { class: 'facts', data: { testid: 'facts' } },
    ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, String(value))]));
}
