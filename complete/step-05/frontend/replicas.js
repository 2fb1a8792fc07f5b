// Which replica answered: the last one, and how often each did of late.

import { api, onReplica } from './api.js';
import { busy, byId, el } from './dom.js';
import { attempt } from './messages.js';

const RECENT = 50;
const answers = [];

function show() {
  const badge = byId('replica-badge');
  badge.textContent = answers.at(-1);
  delete badge.dataset.empty;
  const counts = new Map();
  for (const name of answers) counts.set(name, (counts.get(name) ?? 0) + 1);
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => {
    const share = el('span', { className: 'share', attributes: { 'aria-hidden': 'true' } }, el('span'));
    share.firstChild.style.width = `${(100 * count) / answers.length}%`;
    const number = el('span', { className: 'number', textContent: String(count) });
    return el('li', { dataset: { replica: name } }, el('code', { textContent: name }), share, number);
  });
  byId('replica-list').replaceChildren(...rows);
}

export function startReplicas() {
  onReplica((name) => {
    answers.push(name);
    if (answers.length > RECENT) answers.shift();
    show();
  });
  const probe = byId('replica-probe');
  probe.addEventListener('click', () => busy(probe, () => attempt(async () => {
    for (let n = 0; n < 10; n += 1) await api.posts({ limit: 1 });
  })));
}
