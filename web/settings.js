import { byId, element } from './element.js';

const FIELDS = ['model', 'seed', 'size', 'width', 'height', 'steps', 'guidance', 'temperature', 'count', 'negative'];
const MAX_SEED = Number.MAX_SAFE_INTEGER;
const number = (text) => (text === '' ? null : Number(text));

// The fold of settings. A setting that is left alone is null and then the server's affair.
export class Settings {
  #props = { default_size: 128, default_steps: null, default_guidance: null, default_temperature: null, limits: {} };
  #fields = Object.fromEntries(FIELDS.map((id) => [id, byId(id)]));

  constructor() {
    this.node = byId('settings');
    this.node.addEventListener('input', () => this.#changed());
    byId('random-seed').addEventListener('click', () => {
      this.#fields.seed.value = '';
      this.#fields.seed.focus();
      this.#changed();
    });
    byId('reset-settings').addEventListener('click', () => this.write({}));
    this.configure(this.#props, []);
  }

  // `props` as from /props; `models` are the names that can be asked for.
  configure(props, models) {
    const { model, steps, guidance, temperature, count, width, height } = this.#fields;
    const { limits } = props;
    const kept = this.read();
    this.#props = props;
    model.replaceChildren(...models.map((name) => element('option', {}, name)));
    byId('model-setting').hidden = models.length < 2;
    steps.placeholder = props.default_steps ?? '';
    guidance.placeholder = props.default_guidance ?? '';
    temperature.placeholder = props.default_temperature ?? '';
    if (limits.max_steps) steps.max = limits.max_steps;
    if (limits.max_n) count.max = limits.max_n;
    for (const side of [width, height]) side.placeholder = props.default_size;
    this.#offerSizes();
    this.write(kept);
  }

  // {model, seed, size: "auto" or "WxH", steps, guidance, temperature, count, negative}
  read() {
    const { model, seed, steps, guidance, temperature, count, negative } = this.#fields;
    return {
      model: model.value || 'default',
      seed: number(seed.value.trim()),
      size: this.#size(),
      steps: number(steps.value),
      guidance: number(guidance.value),
      temperature: number(temperature.value),
      count: number(count.value) ?? 1,
      negative: negative.value.trim(),
    };
  }

  write({
    model, seed = null, size = 'auto', steps = null, guidance = null, temperature = null, count = 1, negative = '',
  }) {
    const fields = this.#fields;
    if ([...fields.model.options].some((option) => option.value === model)) fields.model.value = model;
    fields.seed.value = seed ?? '';
    fields.steps.value = steps ?? '';
    fields.guidance.value = guidance ?? '';
    fields.temperature.value = temperature ?? '';
    fields.count.value = count;
    fields.negative.value = negative;
    fields.size.value = size;
    if (fields.size.selectedIndex < 0) {
      fields.size.value = 'custom';
      [fields.width.value, fields.height.value] = size.split('x');
    }
    this.#changed();
  }

  // Opens the fold at the first wrong setting and says what is wrong with it.
  check() {
    const wrong = Object.values(this.#fields).find((field) => !field.checkValidity());
    if (!wrong) return true;
    this.node.open = true;
    wrong.reportValidity();
    return false;
  }

  #size() {
    const { size, width, height } = this.#fields;
    if (size.value !== 'custom') return size.value || 'auto';
    const side = this.#props.default_size;
    return `${width.value || height.value || side}x${height.value || width.value || side}`;
  }

  #offerSizes() {
    const side = this.#props.default_size;
    const sizes = [[0.5, 0.5], [1, 1], [1.5, 1], [1, 1.5], [2, 2]]
      .map(([across, down]) => [across * side, down * side])
      .filter(([width, height]) => width % 16 === 0 && height % 16 === 0)
      .filter(([width, height]) => width * height <= (this.#props.limits.max_pixels ?? Infinity));
    this.#fields.size.replaceChildren(
      element('option', { value: 'auto' }, 'Automatic'),
      ...sizes.map(([width, height]) =>
        element('option', { value: `${width}x${height}` }, `${width} × ${height}`)),
      element('option', { value: 'custom' }, 'Own size'));
  }

  #changed() {
    const { seed, size, negative } = this.#fields;
    byId('custom-size').hidden = size.value !== 'custom';
    for (const side of [this.#fields.width, this.#fields.height]) side.disabled = size.value !== 'custom';
    const isSeed = /^\d*$/.test(seed.value.trim()) && Number(seed.value) <= MAX_SEED;
    seed.setCustomValidity(isSeed ? '' : `A whole number up to ${MAX_SEED}, or nothing for a random one`);
    const now = this.read();
    byId('settings-digest').textContent = [
      now.seed === null ? 'random seed' : `seed ${seed.value}`,
      now.size !== 'auto' && now.size.replace('x', ' × '),
      now.steps !== null && `${now.steps} steps`,
      now.guidance !== null && `guidance ${now.guidance}`,
      now.temperature !== null && `temperature ${now.temperature}`,
      now.count > 1 && `${now.count} pictures`,
      negative.value && 'negative prompt',
    ].filter(Boolean).join(', ');
  }
}

export function settingsOf(picture) {
  return {
    model: picture.model,
    seed: picture.seed,
    size: picture.width ? `${picture.width}x${picture.height}` : 'auto',
    steps: picture.num_inference_steps,
    guidance: picture.guidance_scale,
    temperature: picture.temperature,
    negative: picture.negative_prompt,
  };
}
