import { recall, remember } from './storage.js';

// Sends "unauthorized" when a key is missing or wrong, "unreachable" when nothing answers.
export const server = new EventTarget();

export class ServerError extends Error {
  constructor(message, { status = 0, retryAfter = null } = {}) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

let key = recall('sessionStorage', 'key') ?? '';

export const hasKey = () => key !== '';

export function setKey(value) {
  key = value;
  remember('sessionStorage', 'key', value || null);
}

// Answers only with a 2xx response; throws ServerError for all others, and AbortError when aborted.
// Paths are relative to the page, so that it works behind a prefix.
export async function call(path, { method = 'GET', json, form, signal, keepalive = false } = {}) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  if (json) headers['Content-Type'] = 'application/json';
  const body = json ? JSON.stringify(json) : form;
  let response;
  try {
    response = await fetch(path, { method, headers, body, signal, keepalive });
  } catch (error) {
    if (signal?.aborted) throw error;
    server.dispatchEvent(new Event('unreachable'));
    throw new ServerError('The server does not answer.');
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

export const callJson = async (path, options) => (await call(path, options)).json();

async function errorOf(response) {
  const { status } = response;
  if (status === 401) server.dispatchEvent(new Event('unauthorized'));
  const body = await response.json().catch(() => ({}));
  const message = body.error?.message ?? `The server answered ${status} ${response.statusText}`.trim();
  return new ServerError(message, { status, retryAfter: response.headers.get('Retry-After') });
}
