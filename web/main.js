import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { byId } from './element.js';
import { setUpFileIntake } from './file_intake.js';
import { Gallery } from './gallery.js';
import { setUpKeyForm } from './key_form.js';
import { announce, toast } from './notices.js';
import { getPicture, library, picturesReachable } from './pictures.js';
import { readPictureFile } from './picture_file.js';
import { Readiness } from './readiness.js';
import { callJson, server } from './server.js';
import { Settings, settingsOf } from './settings.js';
import { Subject } from './subject.js';
import { setUpThemeToggle } from './theme_toggle.js';
import { Viewer } from './viewer.js';

const MAX_RUNNING = 4;
// A picture grows by a third as a data URL, and a request holds more than the picture.
const PICTURE_SHARE_OF_BODY = 0.72;

let props = { default_size: 128, default_steps: 32, limits: {} };

const settings = new Settings();
const subject = new Subject(byId('subject'), () => composer.update());
const readiness = new Readiness(byId('banner'));
const handlers = {
  edit: workOn('edit'),
  ask: workOn('ask'),
  reuse,
  useSeed,
  open: (picture) => viewer.open(picture, gallery.visible),
};
const conversation = new Conversation(handlers, (signal) => readiness.whenReady(signal), offerLast);
const composer = new Composer(subject, settings, { send, prompts: () => conversation.prompts });
const viewer = new Viewer(handlers);
const gallery = new Gallery(handlers.open);

function send(job) {
  if (conversation.running.length >= MAX_RUNNING) {
    return `${MAX_RUNNING} requests are under way: wait for one, or cancel one.`;
  }
  conversation.start({ ...job, defaultSize: props.default_size, defaultSteps: props.default_steps });
  return '';
}

function offerLast() { subject.offer(conversation.lastPicture); }

function workOn(mode) {
  return (picture) => {
    if (gallery.coversPage) gallery.setOpen(false);
    subject.attach(picture);
    composer.pick(mode);
    composer.focus();
  };
}

async function reuse(picture) {
  if (gallery.coversPage) gallery.setOpen(false);
  const before = { prompt: composer.prompt, settings: settings.read() };
  settings.write(settingsOf(picture));
  composer.setPrompt(picture.prompt);
  composer.pick(picture.task === 'edit' ? 'edit' : 'draw');
  composer.focus();
  toast('Prompt and settings are filled in', {
    undo: () => {
      settings.write(before.settings);
      composer.setPrompt(before.prompt);
      composer.focus();
    },
  });
  if (picture.task !== 'edit' || !picture.source_id) return;
  const source = await getPicture(picture.source_id).catch(() => null);
  if (source) subject.attach(source);
}

function useSeed(seed) {
  settings.write({ ...settings.read(), seed });
  composer.focus();
  announce(`Seed ${seed} is set`);
}

async function attachFile(file) {
  const maxBytes = (props.limits.max_body_bytes ?? Infinity) * PICTURE_SHARE_OF_BODY;
  composer.say('');
  try {
    subject.attach(await readPictureFile(file, maxBytes));
    announce('The picture is attached');
  } catch (error) {
    composer.say(error.message);
  }
  composer.focus();
}

// Asks the server what it can do. False if it wants another key.
async function connect() {
  try {
    props = await callJson('props');
    const { data } = await callJson('v1/models');
    settings.configure(props, data.map((model) => model.id));
  } catch (error) {
    if (error.status === 401) return false;
    toast(`The server's settings could not be read: ${error.message}`);
    return true;
  }
  composer.maxPromptBytes = props.limits.max_prompt_bytes ?? Infinity;
  byId('model-name').textContent = props.model === 'default' ? 'default model' : props.model;
  gallery.refresh();
  picturesReachable();
  return true;
}

setUpThemeToggle(byId('theme-toggle'));
setUpFileIntake(attachFile);
setUpKeyForm(connect);

for (const chip of document.querySelectorAll('[data-example]')) {
  chip.textContent = chip.dataset.example;
  chip.addEventListener('click', () => {
    composer.pick('draw');
    composer.setPrompt(chip.dataset.example);
    composer.submit();
    // On a phone this would open the keyboard over the picture.
    if (matchMedia('(pointer: fine)').matches) composer.focus();
  });
}

for (const name of ['hidden', 'shown']) library.addEventListener(name, offerLast);

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.isComposing || document.querySelector('dialog[open]')) return;
  if (gallery.coversPage) gallery.setOpen(false);
  else conversation.running.at(-1)?.cancel();
});

readiness.addEventListener('ready', connect);
server.addEventListener('unreachable', () => readiness.check());
conversation.restore();
readiness.check();
composer.focus();
