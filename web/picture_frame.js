const SMALL = 384;
const LARGE = 640;
const MAX_ENLARGEMENT = 3;

// Small pictures are enlarged to 384 pixels, though at most three times; large ones are shown in up to 640.
function shownWidth(width, height) {
  const longer = Math.max(width, height);
  const shown = longer < SMALL ? Math.min(SMALL, longer * MAX_ENLARGEMENT) : Math.min(LARGE, longer);
  return Math.round((width * shown) / longer);
}

export function setFrameSize(frame, width, height) {
  if (!(width > 0 && height > 0)) return;
  frame.style.setProperty('--shown-width', `${shownWidth(width, height)}px`);
  frame.style.setProperty('--aspect', `${width} / ${height}`);
}
