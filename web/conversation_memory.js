import { recall, remember } from './storage.js';

const MAX_TURNS = 50;

// Bytes stay on the server; what has no id there is forgotten with the tab.
const known = ({ blob, url, ...facts }) => facts;

export function rememberTurns(turns) {
  const kept = turns.slice(-MAX_TURNS).map(({ job, pictures, answer, problem, isCut, state }) => ({
    job: { ...job, subject: job.subject && known(job.subject) },
    pictures: pictures.filter((picture) => picture?.id).map(known),
    answer,
    problem,
    isCut,
    state: state === 'running' ? 'cancelled' : state,
  }));
  remember('sessionStorage', 'turns', JSON.stringify(kept));
}

export function recallTurns() {
  try {
    return JSON.parse(recall('sessionStorage', 'turns') ?? '[]');
  } catch {
    return [];
  }
}
