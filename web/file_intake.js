import { byId } from './element.js';

const hasFiles = (transfer) => [...(transfer?.types ?? [])].includes('Files');

// Hands `onFile` each file that is picked, dropped anywhere on the page or pasted.
export function setUpFileIntake(onFile) {
  const input = byId('file');
  const target = byId('drop-target');
  const takeFirst = (files) => { if (files.length) onFile(files[0]); };

  for (const id of ['attach', 'welcome-attach']) byId(id).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    takeFirst(input.files);
    input.value = '';
  });

  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    takeFirst(files);
  });

  // Entering a child leaves its parent, so depth tells whether the pointer is still over the page.
  let depth = 0;
  const setDepth = (value) => {
    depth = Math.max(0, value);
    target.hidden = depth === 0;
  };
  addEventListener('dragenter', (event) => { if (hasFiles(event.dataTransfer)) setDepth(depth + 1); });
  addEventListener('dragleave', (event) => { if (hasFiles(event.dataTransfer)) setDepth(depth - 1); });
  addEventListener('dragover', (event) => { if (hasFiles(event.dataTransfer)) event.preventDefault(); });
  addEventListener('drop', (event) => {
    setDepth(0);
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    takeFirst(event.dataTransfer.files);
  });
}
