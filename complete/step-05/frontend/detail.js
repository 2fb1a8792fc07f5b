// The dialog: one post with its comments.

import { api } from './api.js';
import { button, byId, byline, clean, editor, el, removeButton, textForm } from './dom.js';
import { t } from './i18n.js';
import { attempt, clearNotice, clearStatus, say } from './messages.js';

const PAGE = 20;
let page;
let post = null;
let comments = [];
let total = 0;

// `page` is what the feed offers: username(), askName(), card(post, open),
// changed(post), removed(id).
export function startDetail(feed) {
  page = feed;
  const dialog = byId('post-dialog');
  byId('dialog-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    // A press beside the dialog closes it.
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (event.target === dialog && !inside) dialog.close();
  });
  dialog.addEventListener('close', () => {
    const id = post?.id;
    post = null;
    clearNotice();
    document.querySelector(`article[data-post-id="${id}"] .open`)?.focus();
  });
  byId('comments-more').addEventListener('click', () => attempt(loadComments));
  textForm(byId('comment-form'), byId('comment-content'), byId('comment-count'), send);
}

export async function openPost(chosen) {
  post = chosen;
  comments = [];
  total = 0;
  byId('comment-form').reset();
  showDetail();
  byId('comments').replaceChildren();
  byId('comments-empty').hidden = true;
  byId('comments-more').hidden = true;
  clearNotice();
  clearStatus();
  byId('post-dialog').showModal();
  await attempt(async () => {
    const { data } = await api.post(chosen.id, page.username());
    if (post?.id !== chosen.id) return;
    page.changed(data);
    await loadComments();
  });
}

// Draws again what is open: after a change, or in another language.
export function showDetail() {
  if (!post) return;
  byId('post-detail').replaceChildren(page.card(post, false));
}

export function showComments() {
  if (!post) return;
  byId('comments').replaceChildren(...comments.map(row));
  byId('comments-empty').hidden = comments.length > 0;
  byId('comments-more').hidden = comments.length >= total;
}

// The feed has a newer version of the post.
export function detailChanged(newer) {
  if (post?.id !== newer.id) return;
  post = newer;
  showDetail();
}

export function closeDetail(id) {
  if (post?.id === id) byId('post-dialog').close();
}

async function loadComments() {
  const { id } = post;
  const answer = await api.comments(id, { limit: PAGE, offset: comments.length });
  if (post?.id !== id) return;
  const known = new Set(comments.map((comment) => comment.id));
  comments.push(...answer.data.filter((comment) => !known.has(comment.id)));
  total = Math.max(answer.total, comments.length);
  if (answer.data.length === 0) total = comments.length;
  showComments();
}

async function send() {
  const username = page.username();
  const content = clean(byId('comment-content').value);
  if (!username) {
    byId('post-dialog').close();
    page.askName();
    return;
  }
  if (!content) {
    byId('comment-content').focus();
    return;
  }
  const { id } = post;
  await attempt(async () => {
    const { data } = await api.createComment(id, username, content);
    if (post?.id !== id) return;
    comments.unshift(data);
    total += 1;
    byId('comment-form').reset();
    showComments();
    page.changed({ ...post, commentsCount: post.commentsCount + 1 });
    say(t('commented'));
  });
}

function row(comment) {
  const text = el('p', { className: 'text', textContent: comment.content });
  const node = el('li', { dataset: { commentId: comment.id } }, byline(comment), text);
  if (comment.username === page.username()) {
    const actions = el('div', { className: 'actions' },
      button('quiet edit', t('edit'), () => editor(text, comment.content, (content) => save(comment, content))),
      removeButton(() => remove(comment)));
    node.append(actions);
  }
  return node;
}

function save(comment, content) {
  return attempt(async () => {
    const { data } = await api.updateComment(comment.postId, comment.id, content);
    comments = comments.map((other) => (other.id === data.id ? data : other));
    showComments();
    say(t('saved'));
  });
}

function remove(comment) {
  return attempt(async () => {
    await api.deleteComment(comment.postId, comment.id);
    comments = comments.filter((other) => other.id !== comment.id);
    total -= 1;
    showComments();
    if (post) page.changed({ ...post, commentsCount: post.commentsCount - 1 });
    byId('comment-content').focus();
    say(t('removed'));
  });
}
