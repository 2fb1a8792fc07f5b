// Talks to /api. Every failure is a Failure with a kind that the page can say.

const PATIENCE = 10_000;
const listeners = [];

export class Failure extends Error {
  // kind: 'down' (no answer), 'gone' (404), 'refused' (other 4xx), 'broken'.
  constructor(kind, message = '') {
    super(message);
    this.kind = kind;
  }
}

// Calls back with the replica's name for each answer that has one.
export function onReplica(listener) {
  listeners.push(listener);
}

async function call(method, path, body) {
  let response;
  let text;
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await response.text();
  } catch {
    throw new Failure('down');
  }
  const replica = response.headers.get('X-Replica');
  if (replica) for (const listener of listeners) listener(replica);
  const data = parse(text);
  if (response.ok) return { data, total: Number(response.headers.get('X-Total-Count')) };
  if ([502, 503, 504].includes(response.status)) throw new Failure('down');
  if (response.status === 404) throw new Failure('gone');
  if (response.status < 500) throw new Failure('refused', data?.error?.message ?? String(response.status));
  throw new Failure('broken');
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== '' && value != null);
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

export const api = {
  posts: (parameters) => call('GET', `/posts${query(parameters)}`),
  post: (id, viewer) => call('GET', `/posts/${id}${query({ viewer })}`),
  createPost: (username, content) => call('POST', '/posts', { username, content }),
  updatePost: (id, content) => call('PATCH', `/posts/${id}`, { content }),
  deletePost: (id) => call('DELETE', `/posts/${id}`),
  setLike: (id, username, liked) => call(liked ? 'POST' : 'DELETE', `/posts/${id}/likes`, { username }),
  comments: (id, parameters) => call('GET', `/posts/${id}/comments${query(parameters)}`),
  createComment: (id, username, content) => call('POST', `/posts/${id}/comments`, { username, content }),
  updateComment: (id, comment, content) => call('PATCH', `/posts/${id}/comments/${comment}`, { content }),
  deleteComment: (id, comment) => call('DELETE', `/posts/${id}/comments/${comment}`),
};
