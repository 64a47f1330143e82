// Comfort for entering a case: all works without it. "All other items absent" shows at once, and proofs of an item open when it is ticked.
const rest = document.querySelector('button.absent-rest');
if (rest) {
  rest.addEventListener('click', (event) => {
    event.preventDefault();
    for (const item of document.querySelectorAll('.items > .item')) {
      const fact = item.querySelector(':scope > fieldset.fact');
      const open = fact?.querySelector('input[type=radio][value=""]');
      if (open?.checked) fact.querySelector('input[type=radio][value="no"]').checked = true;
    }
    const told = document.querySelector('.absent-told');
    if (told) told.hidden = false;
    rest.closest('form').querySelector('button[name=then][value=next]')?.focus();
  });
}

for (const item of document.querySelectorAll('.items > .item')) {
  const proofs = item.querySelector(':scope > details.proofs');
  item.querySelector(':scope > fieldset.fact')?.addEventListener('change', (event) => {
    if (proofs && event.target.type === 'radio') proofs.open = event.target.value === 'yes';
  });
}

// On a narrow screen the answer so far is one line until it is asked for.
if (matchMedia('(max-width: 999px)').matches) for (const d of document.querySelectorAll('aside.so-far details')) d.open = false;
