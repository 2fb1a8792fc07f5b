// Korean and English: every text of the page, and how to say a time.

const texts = {
  ko: {
    skip: '게시물로 건너뛰기',
    search: '게시물 검색',
    language: '언어',
    answeredBy: '응답한 레플리카',
    probe: '10번 요청해 보기',
    replicaHint: '응답 헤더 X-Replica에 적힌 컨테이너입니다. 최근 응답 50개를 셉니다.',
    username: '사용자 이름',
    usernameHint: '예: 지수',
    newPost: '새 게시물',
    contentHint: '무슨 일이 있었나요?',
    publish: '게시',
    posts: '게시물',
    found: (n) => `검색 결과 ${n}개`,
    refresh: '새로 고침',
    more: '더 보기',
    post: '게시물',
    close: '닫기',
    newComment: '댓글 쓰기',
    comment: '댓글 달기',
    comments: '댓글',
    commentCount: (n) => `댓글 ${n}개`,
    like: '좋아요',
    likeCount: (n) => `좋아요 ${n}개`,
    edit: '수정',
    save: '저장',
    cancel: '취소',
    remove: '삭제',
    removeSure: '정말 삭제할까요?',
    edited: '수정됨',
    noPosts: '아직 게시물이 없습니다. 첫 글을 남겨 보세요.',
    noMatch: '찾는 글이 없습니다.',
    noComments: '아직 댓글이 없습니다.',
    published: '게시했습니다.',
    commented: '댓글을 달았습니다.',
    saved: '저장했습니다.',
    removed: '삭제했습니다.',
    needName: '먼저 사용자 이름을 적어 주세요.',
    needText: '내용을 적어 주세요.',
    down: '지금은 서버가 응답하지 않습니다. 잠시 뒤 다시 시도해 주세요.',
    gone: '더 이상 없는 글입니다. 다른 사람이 지웠거나, 다른 데이터베이스를 쓰는 레플리카가 응답했을 수 있습니다.',
    refused: (message) => `서버가 받아들이지 않았습니다: ${message}`,
    broken: '서버에 문제가 생겼습니다. 서버 로그를 확인해 주세요.',
    retry: '다시 시도',
  },
  en: {
    skip: 'Skip to the posts',
    search: 'Search posts',
    language: 'Language',
    answeredBy: 'Answered by',
    probe: 'Ask 10 times',
    replicaHint: 'The container named in the header X-Replica. Counts the last 50 answers.',
    username: 'Your name',
    usernameHint: 'For example: Jisu',
    newPost: 'New post',
    contentHint: 'What happened?',
    publish: 'Publish',
    posts: 'Posts',
    found: (n) => (n === 1 ? '1 post found' : `${n} posts found`),
    refresh: 'Refresh',
    more: 'Show more',
    post: 'Post',
    close: 'Close',
    newComment: 'Write a comment',
    comment: 'Comment',
    comments: 'Comments',
    commentCount: (n) => (n === 1 ? '1 comment' : `${n} comments`),
    like: 'Like',
    likeCount: (n) => (n === 1 ? '1 like' : `${n} likes`),
    edit: 'Edit',
    save: 'Save',
    cancel: 'Cancel',
    remove: 'Delete',
    removeSure: 'Really delete?',
    edited: 'edited',
    noPosts: 'No posts yet. Write the first one.',
    noMatch: 'No post matches.',
    noComments: 'No comments yet.',
    published: 'Published.',
    commented: 'Comment added.',
    saved: 'Saved.',
    removed: 'Deleted.',
    needName: 'Please enter your name first.',
    needText: 'Please write something.',
    down: 'The server does not answer right now. Please try again in a moment.',
    gone: 'This is no longer here. Somebody deleted it, or a replica with another database answered.',
    refused: (message) => `The server did not accept this: ${message}`,
    broken: 'Something went wrong on the server. Its log says more.',
    retry: 'Try again',
  },
};

const KEY = 'contoso-language';
let language = choose();

function choose() {
  const wanted = [recall(KEY), ...(navigator.languages ?? [navigator.language])];
  for (const tag of wanted) {
    const short = (tag ?? '').slice(0, 2);
    if (short in texts) return short;
  }
  return 'en';
}

// Storage may be switched off; the page works without it.
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Not remembered, then.
  }
}

export function t(key, ...values) {
  const text = texts[language][key];
  return typeof text === 'function' ? text(...values) : text;
}

export function currentLanguage() {
  return language;
}

export function setLanguage(value) {
  language = value in texts ? value : 'en';
  remember(KEY, language);
  applyTexts();
}

// Fills in what the page itself holds.
export function applyTexts() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll('[data-placeholder]')) node.placeholder = t(node.dataset.placeholder);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', t(node.dataset.label));
}

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

// "3 minutes ago", or the date when it is more than a week.
export function ago(time) {
  const seconds = Math.min(0, (new Date(time) - Date.now()) / 1000);
  if (seconds < -7 * 86400) return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(time));
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = UNITS.find(([, size]) => -seconds >= size) ?? UNITS[3];
  return format.format(Math.trunc(seconds / size), unit);
}

export function fullTime(time) {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium' }).format(new Date(time));
}
