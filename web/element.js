// Makes an element. Text children become text nodes, so data is never read as markup.
export function element(tag, { on = {}, data = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) node.setAttribute(name, value === true ? '' : value);
  }
  for (const [name, value] of Object.entries(data)) node.dataset[name] = value;
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

// A button with an icon and a label. The label is only a name and tooltip with `iconOnly`, and becomes that
// where there is little room with `mayShrink` (see .may-shrink in picture.css).
export function iconButton(label, iconName, onClick, options = {}) {
  const { iconOnly, mayShrink, style = 'quiet', testid } = options;
  const isNamed = iconOnly || mayShrink;
  return element('button', {
    type: 'button',
    class: `button ${style}${iconOnly ? ' icon-only' : ''}${mayShrink ? ' may-shrink' : ''}`,
    'aria-label': isNamed && label,
    title: isNamed && label,
    data: testid ? { testid } : {},
    on: { click: onClick },
  }, icon(iconName), !iconOnly && element('span', {}, label));
}
