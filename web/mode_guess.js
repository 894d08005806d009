const startsWith = (words) => new RegExp(`^(${words.trim().split(/\s+/).join('|')})\\b`, 'i');

const QUESTION = startsWith(`what which who whose where when why how is are was were does do did can could
  has have describe tell count name explain`);
const CHANGE = startsWith(`make change turn remove delete erase add put replace swap move give take let now
  convert increase decrease brighten darken without instead more less`);
const DRAWING = startsWith(`draw paint generate create sketch
  a an the one two three four five six some several many`);

const CHANGE_OF_COLOUR = /^(paint|colou?r)\s+(it|this|that|them|the)\b/i;
const POLITENESS = /^(?:please|(?:can|could|would|will) you(?: please)?)\s+(.*?)\??$/is;

const isQuestion = (words) => QUESTION.test(words) || words.endsWith('?');

// What the user seems to want: with an attached picture to work on it; with one in the conversation what
// the words say, and without such words what was done last (`previous`).
export function guessMode(text, { isAttached, hasPicture, previous }) {
  const words = text.trim().replace(POLITENESS, '$1');
  if (!hasPicture) return 'draw';
  if (isAttached) return isQuestion(words) ? 'ask' : 'edit';
  if (isQuestion(words)) return 'ask';
  if (CHANGE.test(words) || CHANGE_OF_COLOUR.test(words)) return 'edit';
  if (DRAWING.test(words)) return 'draw';
  return previous;
}
