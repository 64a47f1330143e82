// What moves on the static site: columns that sort, rows that narrow, the search. No module is imported and none exported: a browser that
// reads the site from a disk runs plain scripts alone. Every page is complete without it.
(() => {
  'use strict';
  const up = document.documentElement.dataset.up ?? '';
  const zh = document.documentElement.lang.startsWith('zh');
  const words = zh ? { narrow: '篩選本表', shown: (n, all) => `顯示 ${n} 列，共 ${all} 列` }
    : { narrow: 'Narrow this table', shown: (n, all) => `${n} of ${all} rows shown` };
  const collator = new Intl.Collator(zh ? 'zh-Hant-TW' : 'en', { numeric: true, sensitivity: 'base' });

  // ── Tables ──
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell ? (cell.dataset.by ?? cell.textContent.trim()) : '';
  };
  const sort = (table, column, heads) => {
    const head = heads[column], falling = head.getAttribute('aria-sort') === 'ascending', body = table.tBodies[0];
    const rows = [...body.rows].filter((row) => !row.classList.contains('letter'));
    rows.sort((a, b) => collator.compare(valueOf(a, column), valueOf(b, column)) * (falling ? -1 : 1));
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
    body.replaceChildren(...rows);
  };
  const headOf = (table, column, heads) => {
    const head = heads[column], link = head.querySelector('a'), button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.textContent = (link ?? head).textContent;
    button.addEventListener('click', () => sort(table, column, heads));
    head.replaceChildren(button);
  };
  const narrow = (table) => {
    const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains('letter'));
    if (rows.length < 15) return;
    const label = document.createElement('label'), input = document.createElement('input'), told = document.createElement('span');
    label.className = 'narrow';
    input.type = 'search';
    input.autocomplete = 'off';
    told.setAttribute('role', 'status');
    label.append(`${words.narrow} `, input, ' ', told);
    table.closest('.scroll').before(label);
    const text = rows.map((row) => row.textContent.normalize('NFKC').toLowerCase());
    input.addEventListener('input', () => {
      const wanted = input.value.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !wanted.every((word) => text[i].includes(word));
        shown += !row.hidden;
      });
      for (const letter of table.querySelectorAll('tr.letter')) letter.hidden = wanted.length > 0;
      told.textContent = wanted.length ? words.shown(shown, rows.length) : '';
    });
  };
  for (const table of document.querySelectorAll('table[data-sort]')) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((_, column) => headOf(table, column, heads));
    narrow(table);
  }

  // ── Search ──
  const han = /\p{Script=Han}/u;
  const tokensOf = (text) => {
    const out = [];
    for (const run of text.match(/\p{Script=Han}+|[\p{L}\p{N}\p{M}]+/gu) ?? []) {
      const parts = han.test(run[0]) ? run : null;
      if (!parts) out.push(run);
      else if ([...run].length === 1) out.push(run);
      else [...run].slice(1).forEach((c, i) => out.push([...run][i] + c));
    }
    return out;
  };
  // Entries that bear every token; the last one may be the beginning of a word.
  const find = (index, query) => {
    const text = query.normalize('NFKC').toLowerCase().trim(), tokens = tokensOf(text);
    let found = null;
    tokens.forEach((token, i) => {
      const own = Object.hasOwn(index.tokens, token) ? new Set(index.tokens[token]) : new Set();
      if (i === tokens.length - 1)
        for (const key of Object.keys(index.tokens)) if (key.startsWith(token)) for (const e of index.tokens[key]) own.add(e);
      found = found ? new Set([...found].filter((e) => own.has(e))) : own;
    });
    const rank = ([, , en, name]) => {
      const names = [en.toLowerCase(), name.normalize('NFKC').toLowerCase()];
      return names.includes(text) ? 0 : names.some((n) => n.startsWith(text)) ? 1 : 2;
    };
    return [...(found ?? [])].map((e) => index.entries[e]).sort((a, b) => rank(a) - rank(b) || a[0] - b[0] || collator.compare(a[2], b[2]));
  };
  const show = (place, index, query) => {
    const hits = find(index, query), list = document.createElement('ul'), told = document.createElement('p');
    told.textContent = hits.length ? place.dataset.count.replace('{0}', hits.length) : place.dataset.none.replace('{0}', query);
    list.className = 'results';
    for (const [kind, slug, en, name] of hits.slice(0, 100)) {
      const item = document.createElement('li'), link = document.createElement('a'), other = document.createElement('span');
      link.href = `${up}${kind ? 'disease' : 'drug'}/${slug}.html`;
      link.textContent = zh && name ? name : en;
      other.className = 'other-script';
      other.textContent = ` ${zh && name ? en : name} · ${kind ? place.dataset.disease : place.dataset.drug}`;
      item.append(link, other);
      list.append(item);
    }
    place.replaceChildren(told, list);
  };
  const place = document.getElementById('results'), box = document.getElementById('find');
  if (place) {
    const query = new URLSearchParams(location.search).get('q') ?? '';
    const script = document.createElement('script');
    script.src = `${up}../search/index.js`;
    script.addEventListener('load', () => {
      const look = () => (box.value.trim() ? show(place, globalThis.theriacIndex, box.value) : place.replaceChildren());
      box.addEventListener('input', look);
      look();
    });
    box.value = query;
    document.head.append(script);
  }
  box?.form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!place) location.href = `${up}search.html?q=${encodeURIComponent(box.value)}`;
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, textarea, select, [contenteditable]');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box?.focus();
  });
})();
