// What the browser keeps for the page. A browser that refuses storage only forgets.

export function recall(storageName, name) {
  try {
    return window[storageName].getItem(`unipic.${name}`);
  } catch {
    return null;
  }
}

export function remember(storageName, name, value) {
  try {
    if (value === null) window[storageName].removeItem(`unipic.${name}`);
    else window[storageName].setItem(`unipic.${name}`, value);
  } catch {
    // Storage is blocked or full.
  }
}
