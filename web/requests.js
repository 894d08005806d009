import { blobOfBase64, dataUrlOf, partsOfDataUrl } from './base64.js';
import { eventData } from './event_stream.js';
import { pictureBlob } from './pictures.js';
import { call, ServerError } from './server.js';

const NUM_PREVIEWS = 12;

// Runs a job {mode, prompt, settings, subject} and yields what comes of it:
//   {kind: 'progress', index, step, steps, position}  position in the queue, 0 once it runs
//   {kind: 'partial', index, url}
//   {kind: 'picture', index, picture}
//   {kind: 'text', text}
//   {kind: 'cut'}                                     the answer reached its longest length
export async function* run(job, signal) {
  const start = { draw: startDrawing, edit: startEdit, ask: startAnswer }[job.mode];
  const response = await start(job, signal);
  const translate = job.mode === 'ask' ? answerEvents : pictureEvents;
  try {
    yield* translate(response, job);
  } catch (error) {
    if (signal.aborted || error instanceof ServerError) throw error;
    throw new ServerError('The connection to the server was lost before the work was done.');
  }
}

function pictureFields({ prompt, settings, defaultSteps }) {
  const fields = {
    model: settings.model,
    prompt,
    n: settings.count,
    size: settings.size,
    response_format: 'b64_json',
    output_format: 'png',
    stream: true,
    progress: true,
    preview_every: Math.max(1, Math.round((settings.steps ?? defaultSteps) / NUM_PREVIEWS)),
    seed: settings.seed,
    num_inference_steps: settings.steps,
    guidance_scale: settings.guidance,
    temperature: settings.temperature,
    negative_prompt: settings.negative || null,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}

const startDrawing = (job, signal) =>
  call('v1/images/generations', { method: 'POST', json: pictureFields(job), signal });

async function startEdit(job, signal) {
  const form = new FormData();
  for (const [name, value] of Object.entries(pictureFields(job))) form.append(name, String(value));
  const blob = await pictureBlob(job.subject, signal);
  if (job.subject.id) form.append('source_id', job.subject.id);
  form.append('image', blob, `picture.${blob.type.split('/')[1] || 'png'}`);
  return call('v1/images/edits', { method: 'POST', form, signal });
}

async function startAnswer({ prompt, subject, settings }, signal) {
  const url = await dataUrlOf(await pictureBlob(subject, signal));
  const content = [{ type: 'text', text: prompt }, { type: 'image_url', image_url: { url } }];
  const json = {
    model: settings.model,
    messages: [{ role: 'user', content }],
    modalities: ['text'],
    stream: true,
    progress: true,
  };
  return call('v1/chat/completions', { method: 'POST', json, signal });
}

const errorIn = (error) => new ServerError(error?.message ?? 'The server reported an error without a message.');

// Where a waiting request is in the queue; 0 once it runs.
const placeOf = ({ queued, position }) => (queued ? position ?? 1 : 0);

async function* pictureEvents(response, { prompt, settings, mode, subject }) {
  let numLeft = settings.count;
  for await (const data of eventData(response)) {
    if (data === '[DONE]') break;
    const event = JSON.parse(data);
    const type = String(event.type);
    const index = event.image_index ?? 0;
    if (type === 'error' || event.error) throw errorIn(event.error);
    if (type.endsWith('.progress')) {
      const { image_index: which, step, steps } = event;
      yield { kind: 'progress', index: which, step, steps, position: placeOf(event) };
    } else if (type.endsWith('.partial_image')) {
      const url = `data:image/${event.output_format ?? 'png'};base64,${event.b64_json}`;
      yield { kind: 'partial', index, url };
    } else if (type.endsWith('.completed')) {
      numLeft -= 1;
      const [width, height] = String(event.size).split('x').map(Number);
      const picture = {
        id: event.id, seed: event.seed, width, height, prompt,
        task: mode === 'edit' ? 'edit' : 'generate',
        source_id: subject?.id ?? null,
        negative_prompt: settings.negative,
        num_inference_steps: settings.steps,
        guidance_scale: settings.guidance,
        temperature: settings.temperature,
        blob: blobOfBase64(event.b64_json, `image/${event.output_format ?? 'png'}`),
      };
      yield { kind: 'picture', index, picture };
    }
  }
  if (numLeft > 0) throw new ServerError('The server ended the answer before the picture was done.');
}

async function* answerEvents(response, { prompt }) {
  let isDone = false;
  for await (const data of eventData(response)) {
    if (data === '[DONE]') {
      isDone = true;
      break;
    }
    const chunk = JSON.parse(data);
    if (chunk.error) throw errorIn(chunk.error);
    if (chunk.progress) {
      const { step, steps } = chunk.progress;
      yield { kind: 'progress', step, steps, position: placeOf(chunk.progress) };
    }
    const choice = chunk.choices?.[0];
    if (choice?.delta?.content) yield { kind: 'text', text: choice.delta.content };
    for (const [index, image] of (choice?.delta?.images ?? []).entries()) {
      const [type, text] = partsOfDataUrl(image.image_url?.url ?? '') ?? [];
      if (!text) continue;
      const { id, seed } = image;
      const picture = { id, seed, prompt, task: 'generate', blob: blobOfBase64(text, type) };
      yield { kind: 'picture', index, picture };
    }
    if (choice?.finish_reason) isDone = true;
    if (choice?.finish_reason === 'length') yield { kind: 'cut' };
  }
  if (!isDone) throw new ServerError('The server ended the answer too early.');
}
