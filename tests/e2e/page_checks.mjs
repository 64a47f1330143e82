// What is asked of every page, run inside it. Each gives a list of what is wrong.

export const structure = () => {
  const wrong = [];
  const visible = (e) => e.getClientRects().length > 0;
  if (!document.documentElement.lang) wrong.push('html has no lang');
  if (!document.title.trim()) wrong.push('no title');
  if (document.querySelectorAll('main').length !== 1) wrong.push('not exactly one main');
  const headings = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')];
  if (headings.filter((h) => h.tagName === 'H1').length !== 1) wrong.push('not exactly one h1');
  headings.reduce((before, h) => {
    const level = Number(h.tagName[1]);
    if (level > before + 1) wrong.push(`heading "${h.textContent.trim().slice(0, 40)}" skips from h${before} to h${level}`);
    return level;
  }, 0);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of new Set(ids.filter((v, i) => ids.indexOf(v) !== i))) wrong.push(`id ${id} stands twice`);
  for (const a of document.querySelectorAll('a[href^="#"]')) {
    const id = decodeURIComponent(a.getAttribute('href').slice(1));
    if (id && !document.getElementById(id)) wrong.push(`link to #${id} leads nowhere`);
  }
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls'])
    for (const e of document.querySelectorAll(`[${attribute}]`))
      for (const id of e.getAttribute(attribute).split(/\s+/)) if (id && !document.getElementById(id)) wrong.push(`${attribute} names ${id}, which is not there`);
  for (const t of document.querySelectorAll('table')) {
    if (!t.querySelector('th')) wrong.push(`a table without header cells: "${t.textContent.trim().slice(0, 40)}"`);
    if (!t.caption && !t.getAttribute('aria-label') && !t.getAttribute('aria-labelledby')) wrong.push(`a table without a name: "${t.textContent.trim().slice(0, 40)}"`);
  }
  for (const d of document.querySelectorAll('td[data-label]')) {
    const head = d.closest('table').tHead?.rows[0]?.cells[d.cellIndex]?.textContent.trim();
    const plain = [...d.parentElement.cells].every((c) => c.colSpan === 1);
    if (plain && head !== undefined && head !== d.dataset.label) wrong.push(`a cell below "${head}" is labelled "${d.dataset.label}"`);
  }
  for (const s of document.querySelectorAll('svg')) {
    if (s.getAttribute('aria-hidden') === 'true') continue;
    const name = s.querySelector('title')?.textContent || s.getAttribute('aria-label') || s.getAttribute('aria-labelledby');
    if (s.getAttribute('role') !== 'img' || !name) wrong.push('a figure without role="img" and a name');
  }
  for (const e of document.querySelectorAll('a,button,input,select,textarea,summary')) {
    const name = e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length || e.textContent.trim() || e.title;
    if (!name && visible(e)) wrong.push(`<${e.tagName.toLowerCase()}> without a name`);
  }
  return wrong;
};

// Wider than the window is wrong unless the part scrolls by itself and can be reached by keyboard.
export const overflow = () => {
  const wrong = [], room = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth > room) wrong.push(`the page is ${document.scrollingElement.scrollWidth} wide in a window of ${room}`);
  for (const e of document.querySelectorAll('main *')) {
    const style = getComputedStyle(e);
    if (/(auto|scroll)/.test(style.overflowX) && e.scrollWidth > e.clientWidth && e.tabIndex < 0) wrong.push(`<${e.tagName.toLowerCase()} class="${e.className}"> scrolls and cannot be focused`);
  }
  return wrong;
};

// WCAG 2.2, 1.4.3: text against what is painted behind it, by computed colours; gradients and pictures are not judged.
export const contrast = () => {
  const wrong = new Set();
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data;
    return [d[0], d[1], d[2], d[3] / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    if (!e) return rgba(matchMedia('(prefers-color-scheme: dark)').matches ? 'canvas' : 'white');
    const own = rgba(getComputedStyle(e).backgroundColor);
    return own[3] >= 1 ? own : over(own, behind(e.parentElement));
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.data.trim() || !e.getClientRects().length || e.closest('svg')) continue;
    const style = getComputedStyle(e);
    if (style.visibility === 'hidden' || Number(style.opacity) === 0) continue;
    const box = e.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || box.right < 0) continue;
    const back = behind(e), text = over(rgba(style.color), back);
    const [a, b] = [light(text), light(back)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) wrong.add(`${ratio.toFixed(2)}:1 <${e.tagName.toLowerCase()} class="${e.className}"> "${n.data.trim().slice(0, 30)}"`);
  }
  return [...wrong];
};

export const focusOrder = () => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return { tag: e.tagName, text: (e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 40), ring: ring || style.boxShadow !== 'none',
           shown: box.width > 0 && box.height > 0, href: e.getAttribute('href') };
};
