// The room's page: one script for those who join, the board, the projector and the phone. Everything
// that others wrote is put in as text, never as markup.
'use strict';

const views = { '/board': 'board', '/projector': 'projector', '/phone': 'phone' };
const view = views[location.pathname] || 'me';
const entered = `room-entered-${view === 'projector' ? 'board' : view}`;
let words = {};
let source = null;
let latest = null;
let latestAt = 0;

const $ = (id) => document.getElementById(id);
const say = (key, fill = {}) =>
  (words[key] || key).replace(/\{(\w+)\}/g, (all, name) => (name in fill ? String(fill[name]) : all));

/** An element with attributes (functions are listeners) and children (strings are text). */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const fill = (id, ...children) => $(id) && $(id).replaceChildren(...children.filter(Boolean));
function put(id, text) {
  const node = $(id);
  if (node && node.textContent !== text) node.textContent = text;
}

/** Sends something to the room; what came back, or `null` after the reason was shown. */
async function send(method, path, body) {
  try {
    const answer = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    if (answer.ok) return answer.status === 204 ? {} : await answer.json();
    const refused = await answer.json().catch(() => ({ error: 'unclear' }));
    put('said', say(`err-${refused.error}`, { time: answer.headers.get('retry-after') || '60' }));
    if (refused.error === 'token-unknown') enter();
  } catch {
    put('said', say('err-offline'));
  }
  return null;
}

// --- coming in ---------------------------------------------------------------------------------

function enter() {
  localStorage.removeItem(entered);
  if (source) source.close();
  source = null;
  latest = null;
  const asked = { me: 'join', board: 'key', projector: 'key', phone: 'phone' }[view];
  const given = decodeURIComponent(location.hash.slice(1));
  const code = make('input', { type: 'text', id: 'code', class: 'code', required: true, autocomplete: 'off',
    autocapitalize: 'characters', spellcheck: 'false', value: view === 'me' ? given : '' });
  const name = make('input', { type: 'text', id: 'name', maxlength: '40', autocomplete: 'nickname',
    'aria-describedby': 'name-hint' });
  const isMe = view === 'me';
  const form = make('form', { submit: (event) => { event.preventDefault(); come(code.value, name.value); } },
    make('label', { for: 'code' }, say(`${asked}-code`)), code,
    isMe ? make('label', { for: 'name' }, say('join-name')) : null, isMe ? name : null,
    isMe ? make('p', { id: 'name-hint', class: 'quiet' }, say('join-name-hint')) : null,
    make('div', { class: 'row' }, make('button', { class: 'main', id: 'come' }, say('join-button'))),
    isMe ? make('p', { class: 'quiet' }, say('join-what')) : null);
  $('main').replaceChildren(make('h2', {}, say(`${asked}-heading`)), form);
  (given && isMe ? name : code).focus();
  // A key is not put where a projector would show it.
  if (given && !isMe) come(given, '');
}

async function come(code, name) {
  put('said', '');
  const came = view === 'me' || view === 'phone'
    ? await send('POST', '/api/join',
      { code, name: view === 'me' && name.trim() ? name : undefined, role: view === 'me' ? 'learner' : 'phone' })
    : await send('POST', '/api/enter', code.trim().toLowerCase());
  if (!came) return;
  // The code, or the key, need not stay where it can be read over a shoulder.
  history.replaceState(null, '', location.pathname + location.search);
  localStorage.setItem(entered, '1');
  open();
  $('main').focus();
}

function open() {
  build[view]();
  source = new EventSource(`/api/live/${view}`);
  source.onopen = () => put('said', '');
  source.onmessage = (event) => { latest = JSON.parse(event.data); latestAt = Date.now(); show(); };
  source.addEventListener('gone', () => { enter(); put('said', say('gone')); });
  source.onerror = () => {
    put('said', say('err-offline'));
    if (source && source.readyState === EventSource.CLOSED) setTimeout(again, 1000);
  };
}

/** The way was refused: the token is no longer known, or the room is not quite there yet. */
async function again() {
  if (await send('GET', '/api/now')) open();
  else if (localStorage.getItem(entered)) setTimeout(again, 2000);
}

async function leave() {
  const left = view === 'phone' ? await send('DELETE', '/api/phone') : await send('POST', '/api/leave');
  if (left) { enter(); put('said', say('gone')); }
}

// --- what everybody sees -----------------------------------------------------------------------

function minutes(seconds) {
  const passed = seconds + (Date.now() - latestAt) / 1000;
  return say('minutes', { minutes: Math.floor(passed / 60) });
}

const stepLine = (step) => `${say('step', { position: step.position, of: step.of })}: ${step.title}`;

function bars(votes) {
  const all = votes.reduce((sum, vote) => sum + vote.count, 0) || 1;
  return votes.map((vote) => make('li', {}, `${vote.answer}: ${vote.count}`,
    make('progress', { max: String(all), value: String(vote.count), 'aria-label': vote.answer })));
}

function results(poll, votes) {
  put('answer', poll && poll.answer ? say('poll-right', { title: poll.answer }) : '');
  fill('votes', ...bars(votes));
}

// --- one who has joined ------------------------------------------------------------------------

const build = {};

build.me = () => {
  const hand = (signal) => make('button', { type: 'button', id: `hand-${signal}`, 'aria-pressed': 'false',
    click: () => raise(signal) }, say(`hand-${signal}`));
  $('main').replaceChildren(
    make('p', { id: 'mine' }),
    make('section', { 'aria-labelledby': 'h-shown' }, make('h2', { id: 'h-shown' }, say('shown-heading')),
      make('p', { id: 'shown', 'aria-live': 'polite' })),
    make('section', { id: 'asked', 'aria-labelledby': 'h-asked', hidden: true },
      make('h2', { id: 'h-asked' }, say('poll-heading')), make('div', { id: 'poll' }),
      make('p', { id: 'answer', 'aria-live': 'polite' }), make('ul', { id: 'votes', class: 'bars' })),
    make('section', { 'aria-labelledby': 'h-hand' }, make('h2', { id: 'h-hand' }, say('hand-heading')),
      make('div', { class: 'row' }, hand('done'), hand('help'))),
    make('section', {}, make('div', { class: 'row' },
      make('button', { type: 'button', id: 'leave', click: leave }, say('leave'))),
    make('p', { class: 'quiet' }, say('leave-note'))));
};

async function raise(signal) {
  const wanted = latest && latest.signal === signal ? 'none' : signal;
  if (await send('POST', '/api/signal', wanted)) put('said', say(`hand-is-${wanted}`));
}

function ask(poll) {
  const vote = (answer) => send('POST', '/api/vote', { poll: poll.id, answer })
    .then((sent) => sent && put('said', say('poll-sent')));
  const form = make('form', { submit: (event) => {
    event.preventDefault();
    const data = new FormData(form).get('answer');
    if (data) vote(String(data));
  } });
  const options = poll.choices.map((choice) =>
    make('label', {}, make('input', { type: 'radio', name: 'answer', value: choice, required: true }), choice));
  const free = [make('label', { for: 'guess' }, say('poll-guess')),
    make('input', { type: 'text', id: 'guess', name: 'answer', maxlength: '40', required: true })];
  form.append(make('fieldset', {}, make('legend', {}, poll.question), ...(options.length ? options : free)),
    make('div', { class: 'row' }, make('button', { class: 'main', id: 'vote' }, say('poll-send'))));
  return form;
}

function showMe(now) {
  put('mine', say('you-are', { name: now.name }));
  put('shown', now.shown ? stepLine(now.shown) : say('shown-none'));
  for (const signal of ['done', 'help']) $(`hand-${signal}`).setAttribute('aria-pressed', String(now.signal === signal));
  const poll = now.poll;
  $('asked').hidden = !poll;
  const form = $('poll');
  const open = poll && !poll.answer;
  const version = poll ? JSON.stringify([poll.id, poll.question, poll.choices, open]) : '';
  // A form that somebody fills in is not made anew.
  if (form.dataset.version !== version) {
    form.dataset.version = version;
    form.replaceChildren(...(poll ? [open ? ask(poll) : make('p', {}, poll.question)] : []));
  }
  results(poll, now.votes);
}

// --- the board and the projector ---------------------------------------------------------------

function boardParts() {
  return [
    make('p', { id: 'heard', class: 'unseen', role: 'status' }),
    make('ul', { id: 'figures', class: 'figures' }),
    make('p', { id: 'shown' }),
    make('section', { id: 'asked', 'aria-labelledby': 'h-asked', hidden: true },
      make('h2', { id: 'h-asked' }, say('poll-heading')), make('p', { id: 'poll' }), make('p', { id: 'answer' }),
      make('ul', { id: 'votes', class: 'bars' })),
    make('section', { 'aria-labelledby': 'h-failing' }, make('h2', { id: 'h-failing' }, say('failing-heading')),
      make('ol', { id: 'failing' })),
    make('section', { 'aria-labelledby': 'h-steps' }, make('h2', { id: 'h-steps' }, say('steps-heading')),
      make('ul', { id: 'steps', class: 'bars' })),
  ];
}

build.board = () => {
  const columns = ['name', 'step', 'verdict', 'fails', 'hints', 'hand'];
  const link = (href, key) => make('a', { class: 'button', href }, say(key));
  $('main').replaceChildren(
    make('nav', { class: 'row', 'aria-label': say('board-heading') }, link('/projector', 'projector'),
      link('/table.csv', 'table'), link('/statements.json', 'statements'),
      make('button', { type: 'button', id: 'away', click: () => send('DELETE', '/api/phone') }, say('phone-away'))),
    ...boardParts(),
    make('section', { 'aria-labelledby': 'h-all' }, make('h2', { id: 'h-all' }, say('learners-heading')),
      make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'h-all' },
        make('table', {}, make('thead', {}, make('tr', {},
          ...columns.map((column) => make('th', { scope: 'col' }, say(`column-${column}`))))),
        make('tbody', { id: 'learners' })))));
};

build.projector = () => {
  document.body.classList.add('wall');
  $('main').replaceChildren(make('p', {}, say('join-at', { title: location.origin }), ' ',
    make('span', { id: 'join-code', class: 'code' })), ...boardParts());
};

function learner(row) {
  const at = row.at;
  const verdict = at && at.outcome
    ? `${say(at.outcome)}${at.stuck_for === null ? '' : ` · ${minutes(at.stuck_for)}`}` : '';
  const here = at ? `${stepLine(at)} · ${minutes(at.here_for)}` : say('no-report');
  const fails = at && at.failing ? `${at.failing.title}: ${at.failing.words}` : '';
  const hand = row.signal === 'none' ? '' : `${say(`hand-${row.signal}`)} · ${minutes(row.signal_for)}`;
  return make('tr', {}, make('th', { scope: 'row' }, row.name), make('td', {}, here),
    make('td', { class: (at && at.outcome) || '' }, verdict), make('td', {}, fails),
    make('td', {}, at && at.hints ? say('hints', { count: at.hints }) : ''), make('td', { class: row.signal }, hand));
}

function showBoard(board) {
  const figure = (key, count) => make('li', {}, make('b', {}, String(count)), say(key));
  const figures = ['count', 'stuck', 'help', 'done'];
  fill('figures', ...figures.map((key) => figure(`figure-${key}`, board[key])));
  put('heard', figures.map((key) => `${say(`figure-${key}`)} ${board[key]}`).join(' · '));
  put('shown', board.shown ? `${say('shown-heading')}: ${stepLine(board.shown)}` : '');
  put('join-code', board.code);
  $('asked').hidden = !board.poll;
  put('poll', board.poll ? board.poll.question : '');
  results(board.poll, board.votes);
  fill('failing', ...board.failing.map((one) =>
    make('li', {}, `${one.title} (${one.count})`, one.words ? make('div', { class: 'quiet' }, one.words) : null)));
  fill('steps', ...board.steps.map((one) => make('li', {},
    `${one.position}. ${one.title}: ${say('at-step', { count: one.count })}`,
    one.stuck ? make('span', { class: 'not_yet' }, ` · ${say('stuck-there', { count: one.stuck })}`) : null,
    make('progress', { max: String(board.count), value: String(one.count), 'aria-label': one.title }))));
  if (!$('learners')) return;
  $('away').hidden = !board.phone;
  const nobody = make('tr', {}, make('td', { colspan: '6' }, say('nobody')));
  fill('learners', ...(board.learners.length ? board.learners.map(learner) : [nobody]));
}

// --- the phone ---------------------------------------------------------------------------------

build.phone = () => {
  const turn = (press) => make('button', { type: 'button', id: `press-${press}`,
    class: press === 'next' ? 'main' : '', click: () => send('POST', '/api/press', press) }, say(`press-${press}`));
  $('main').replaceChildren(
    make('p', { id: 'clock' }), make('p', { id: 'shown', 'aria-live': 'polite' }),
    make('div', { class: 'row pages' }, turn('back'), turn('pause'), turn('next')),
    make('section', { 'aria-labelledby': 'h-notes' }, make('h2', { id: 'h-notes' }, say('notes-heading')),
      make('div', { id: 'notes', class: 'notes' })),
    make('div', { class: 'row' }, make('button', { type: 'button', id: 'leave', click: leave }, say('phone-leave'))));
};

function showPhone(pocket) {
  put('clock', pocket.shown ? pocket.shown.clock : '');
  put('shown', pocket.shown ? stepLine(pocket.shown) : say('shown-none'));
  put('notes', pocket.shown ? pocket.shown.notes : '');
}

// --- all together ------------------------------------------------------------------------------

function show() {
  put('room', latest.room);
  document.title = `${latest.room} · workshop`;
  ({ me: showMe, board: showBoard, projector: showBoard, phone: showPhone })[view](latest);
}

async function speak(lang) {
  words = await (await fetch(`/words/${lang}`)).json();
  document.documentElement.lang = lang;
  const other = lang === 'ko' ? 'en' : 'ko';
  const button = $('lang');
  button.textContent = say('other-language');
  button.lang = other;
  button.onclick = async () => {
    localStorage.setItem('room-lang', other);
    await speak(other);
    if (source) { build[view](); if (latest) show(); } else enter();
    button.focus();
  };
  const skip = document.querySelector('.skip');
  skip.textContent = say('skip');
  skip.onclick = (event) => { event.preventDefault(); $('main').focus(); };
}

(async () => {
  const asked = new URLSearchParams(location.search).get('lang') || localStorage.getItem('room-lang');
  await speak(asked === 'ko' || asked === 'en' ? asked : document.documentElement.lang);
  if (localStorage.getItem(entered) && !location.hash) open(); else enter();
  // Minutes go on though nothing happens.
  if (view === 'board') setInterval(() => latest && show(), 20000);
  // The room lets another phone in where nothing is heard of this one.
  if (view === 'phone') setInterval(() => source && send('GET', '/api/now'), 10000);
})();
