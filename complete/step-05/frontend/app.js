// The page: the feed of posts, writing, searching. The rest is in the modules.

import { api } from './api.js';
import { closeDetail, detailChanged, openPost, showComments, showDetail, startDetail } from './detail.js';
import { busy, button, byId, byline, clean, editor, el, removeButton, textForm } from './dom.js';
import { applyTexts, currentLanguage, recall, remember, setLanguage, t } from './i18n.js';
import { attempt, clearNotice, say, warn } from './messages.js';
import { startReplicas } from './replicas.js';

const PAGE = 10;
const NAME = 'contoso-username';
let posts = [];
let total = 0;
let loaded = false;
let search = '';
let turn = 0;

const username = () => clean(byId('username').value);

function askName() {
  warn(t('needName'));
  byId('username').focus();
}

// One post. In the feed it can be opened; in the dialog it is open.
function card(post, inFeed) {
  const text = el('p', { className: 'text', textContent: post.content });
  const like = button('like', '', () => busy(like, () => toggleLike(post)));
  like.append(el('span', { className: 'heart', attributes: { 'aria-hidden': 'true' } }), el('span', { className: 'likes-count', textContent: String(post.likesCount) }));
  like.setAttribute('aria-pressed', String(Boolean(post.liked)));
  like.setAttribute('aria-label', `${t('like')}, ${t('likeCount', post.likesCount)}`);
  const actions = el('div', { className: 'actions' }, like);
  if (inFeed) actions.append(button('quiet open', t('commentCount', post.commentsCount), () => openPost(current(post))));
  if (post.username === username()) {
    actions.append(
      button('quiet edit', t('edit'), () => editor(text, post.content, (content) => save(post, content))),
      removeButton(() => removePost(post)));
  }
  const properties = inFeed
    ? { className: 'card post', tabIndex: -1, dataset: { postId: post.id }, attributes: { 'aria-label': post.username } }
    : { className: 'post' };
  return el(inFeed ? 'article' : 'div', properties, byline(post), text, actions);
}

const current = (post) => posts.find((other) => other.id === post.id) ?? post;

function show() {
  byId('feed').replaceChildren(...posts.map((post) => card(post, true)));
  showEnds();
}

function showEnds() {
  byId('feed').setAttribute('aria-busy', 'false');
  byId('feed-empty').textContent = t(search ? 'noMatch' : 'noPosts');
  byId('feed-empty').hidden = !loaded || posts.length > 0;
  byId('load-more').hidden = posts.length >= total;
  byId('feed-title').textContent = search && loaded ? t('found', total) : t('posts');
}

// Loads the feed anew, or its next page. Only the newest question counts.
async function load({ more = false } = {}) {
  turn += 1;
  const mine = turn;
  byId('feed').setAttribute('aria-busy', 'true');
  try {
    const answer = await api.posts({ limit: PAGE, offset: more ? posts.length : 0, q: search, viewer: username() });
    if (mine !== turn) return;
    const known = new Set(more ? posts.map((post) => post.id) : []);
    const fresh = answer.data.filter((post) => !known.has(post.id));
    posts = more ? [...posts, ...fresh] : fresh;
    total = answer.data.length ? Math.max(answer.total, posts.length) : posts.length;
    loaded = true;
    if (more) byId('feed').append(...fresh.map((post) => card(post, true)));
    else byId('feed').replaceChildren(...posts.map((post) => card(post, true)));
    clearNotice();
  } finally {
    if (mine === turn) showEnds();
  }
}

// A newer version of a post: drawn in its place, the rest left alone.
function changed(newer) {
  posts = posts.map((post) => (post.id === newer.id ? newer : post));
  const old = document.querySelector(`article[data-post-id="${newer.id}"]`);
  const focused = old?.contains(document.activeElement) ? document.activeElement.className : null;
  old?.replaceWith(card(newer, true));
  if (focused) {
    const node = document.querySelector(`article[data-post-id="${newer.id}"]`);
    (node.getElementsByClassName(focused)[0] ?? node).focus();
  }
  detailChanged(newer);
}

async function publish() {
  const content = clean(byId('post-content').value);
  if (!username()) return askName();
  if (!content) {
    warn(t('needText'));
    return byId('post-content').focus();
  }
  return attempt(async () => {
    const { data } = await api.createPost(username(), content);
    byId('post-content').value = '';
    byId('post-content').dispatchEvent(new Event('input'));
    if (search) {
      search = '';
      byId('search').value = '';
      await load();
    } else {
      posts.unshift(data);
      total += 1;
      byId('feed').prepend(card(data, true));
      showEnds();
    }
    say(t('published'));
  });
}

async function toggleLike(post) {
  if (!username()) {
    closeDetail(post.id);
    return askName();
  }
  return attempt(async () => {
    const { data } = await api.setLike(post.id, username(), !post.liked);
    const inDialog = byId('post-detail').contains(document.activeElement);
    changed({ ...current(post), liked: data.liked, likesCount: data.likesCount });
    if (inDialog) byId('post-detail').querySelector('.like').focus();
  });
}

function save(post, content) {
  return attempt(async () => {
    const { data } = await api.updatePost(post.id, content);
    changed({ ...data, liked: current(post).liked });
    say(t('saved'));
  });
}

function removePost(post) {
  return attempt(async () => {
    await api.deletePost(post.id);
    closeDetail(post.id);
    posts = posts.filter((other) => other.id !== post.id);
    total -= 1;
    document.querySelector(`article[data-post-id="${post.id}"]`)?.remove();
    showEnds();
    byId('feed').focus();
    say(t('removed'));
  });
}

function startSearch() {
  let timer;
  const run = () => {
    clearTimeout(timer);
    const wanted = clean(byId('search').value);
    if (wanted === search) return;
    search = wanted;
    attempt(load);
  };
  byId('search').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(run, 300);
  });
  byId('search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
}

function start() {
  applyTexts();
  byId('language').value = currentLanguage();
  byId('language').addEventListener('change', (event) => {
    setLanguage(event.target.value);
    show();
    showDetail();
    showComments();
  });
  byId('username').value = recall(NAME) ?? '';
  byId('username').addEventListener('change', () => {
    remember(NAME, username());
    clearNotice();
    attempt(load);
  });
  byId('refresh').addEventListener('click', () => busy(byId('refresh'), () => attempt(load)));
  byId('load-more').addEventListener('click', () => busy(byId('load-more'), () => attempt(() => load({ more: true }))));
  textForm(byId('post-form'), byId('post-content'), byId('post-count'), publish);
  startSearch();
  startReplicas();
  startDetail({ username, askName, card, changed });
  attempt(load);
}

start();
