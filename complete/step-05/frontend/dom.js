// Small helpers for the page. Text from people enters through textContent
// alone, so it can never become markup.

import { ago, fullTime, t } from './i18n.js';

export const byId = (id) => document.getElementById(id);

// el('p', { className: 'x' }, 'text', child): an element.
export function el(tag, properties = {}, ...children) {
  const { attributes = {}, dataset = {}, ...plain } = properties;
  const node = Object.assign(document.createElement(tag), plain);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  Object.assign(node.dataset, dataset);
  node.append(...children.filter((child) => child != null));
  return node;
}

export function button(className, text, onClick) {
  const node = el('button', { type: 'button', className, textContent: text });
  node.addEventListener('click', onClick);
  return node;
}

// The line above a text: who, when, whether it was changed.
export function byline(item) {
  const time = el('time', { dateTime: item.createdAt, title: fullTime(item.createdAt), textContent: ago(item.createdAt) });
  const edited = item.updatedAt > item.createdAt ? el('span', { className: 'edited', textContent: t('edited') }) : null;
  const initial = [...item.username][0].toUpperCase();
  const face = el('span', { className: 'face', textContent: initial, dataset: { hue: String(hue(item.username)) }, attributes: { 'aria-hidden': 'true' } });
  return el('header', { className: 'byline' }, face, el('strong', { className: 'author', textContent: item.username }), time, edited);
}

// One of eight colours, the same for the same name.
function hue(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 8191;
  return sum % 8;
}

// Deleting takes two presses; the first only asks.
export function removeButton(onSure) {
  const node = button('quiet remove', t('remove'), () => {
    if (node.dataset.sure) {
      onSure(node);
      return;
    }
    node.dataset.sure = 'yes';
    node.textContent = t('removeSure');
  });
  node.addEventListener('blur', () => {
    delete node.dataset.sure;
    node.textContent = t('remove');
  });
  return node;
}

// Puts a small editor in the place of `node`; `save` gets the new text.
export function editor(node, text, save) {
  const area = el('textarea', { className: 'edit-content', value: text, rows: 3, maxLength: 2000, required: true, attributes: { 'aria-label': t('edit') } });
  const close = () => form.replaceWith(node);
  const saveButton = el('button', { type: 'submit', className: 'primary save', textContent: t('save') });
  const form = el('form', { className: 'compose editor', noValidate: true }, area,
    el('div', { className: 'row' }, button('quiet cancel', t('cancel'), close), saveButton));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = clean(area.value);
    if (value) busy(saveButton, () => save(value));
    else area.focus();
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      close();
    }
  });
  node.replaceWith(form);
  area.focus();
}

// A text as it is sent: trimmed, and composed, because some keyboards write a
// Hangul syllable as its parts and a search would not find it.
export function clean(text) {
  return text.normalize('NFC').trim();
}

// Runs an action with its button switched off, so that it runs once.
export async function busy(control, action) {
  if (control.getAttribute('aria-disabled') === 'true') return;
  control.setAttribute('aria-disabled', 'true');
  try {
    await action();
  } finally {
    control.removeAttribute('aria-disabled');
  }
}

// Ctrl+Enter sends a form, and the count follows the text.
export function textForm(form, area, count, onSend) {
  const show = () => { count.textContent = `${[...area.value].length} / 2000`; };
  area.addEventListener('input', show);
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  });
  form.addEventListener('reset', () => setTimeout(show));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(form.querySelector('[type=submit]'), onSend);
  });
}
