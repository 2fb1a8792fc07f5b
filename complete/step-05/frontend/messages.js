// What the page says: a passing status, or a notice that stays. An open dialog
// has its own place for them, for everything behind it is out of reach.

import { byId } from './dom.js';
import { t } from './i18n.js';

let timer;

function place() {
  return byId(byId('post-dialog').open ? 'dialog-messages' : 'messages');
}

export function say(text) {
  clearNotice();
  clearStatus();
  place().querySelector('.status').textContent = text;
  timer = setTimeout(clearStatus, 4000);
}

export function clearStatus() {
  clearTimeout(timer);
  for (const status of document.querySelectorAll('.status')) status.textContent = '';
}

export function clearNotice() {
  for (const notice of document.querySelectorAll('.notice')) notice.hidden = true;
}

// Shows a text; with `retry` there is a button that tries again.
export function warn(text, retry) {
  clearNotice();
  clearStatus();
  const notice = place().querySelector('.notice');
  notice.querySelector('span').textContent = text;
  const again = notice.querySelector('.retry');
  again.textContent = t('retry');
  again.hidden = !retry;
  again.onclick = () => {
    notice.hidden = true;
    retry();
  };
  notice.hidden = false;
  notice.scrollIntoView({ block: 'nearest' });
}

// Says a failure of `action`, and offers it again when that can help.
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (failure) {
    if (!failure.kind) throw failure;
    const again = ['down', 'broken'].includes(failure.kind);
    warn(t(failure.kind, failure.message), again ? () => attempt(action) : undefined);
    return false;
  }
}
