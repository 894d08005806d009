const LONGEST_SIDE = 2048;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const SIGNATURES = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
];

const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;

// Reads what the user gave as {blob, name, width, height}; throws an Error to show if that cannot be sent.
// Pictures larger than any model looks at are made smaller here, which also turns photos upright.
export async function readPictureFile(file, maxBytes) {
  const name = file.name || 'Pasted picture';
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  const signature = String.fromCharCode(...head);
  const type = SIGNATURES.find(([, pattern]) => pattern.test(signature))?.[0];
  if (!type) throw new Error(`“${name}” is not a PNG, JPEG or WebP picture.`);
  checkSize(name, file.size, MAX_FILE_BYTES, 'this page');
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`“${name}” is damaged and cannot be shown.`);
  }
  const isTooLarge = Math.max(bitmap.width, bitmap.height) > LONGEST_SIDE || file.size > maxBytes;
  const { width, height } = bitmap;
  const picture = isTooLarge ? await smaller(bitmap, type) : { blob: new Blob([file], { type }), width, height };
  bitmap.close();
  checkSize(name, picture.blob.size, maxBytes, 'the server');
  return { ...picture, name };
}

function checkSize(name, bytes, maxBytes, taker) {
  if (bytes <= maxBytes) return;
  throw new Error(`“${name}” has ${megabytes(bytes)}; ${taker} takes at most ${megabytes(maxBytes)}.`);
}

async function smaller(bitmap, type) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const smallerType = type === 'image/png' ? type : 'image/jpeg';
  const blob = await canvas.convertToBlob({ type: smallerType, quality: 0.95 });
  return { blob, width, height };
}
