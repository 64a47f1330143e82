// What moves on every page: long work that tells how far it is, and the key that leads to the search box.
const job = document.querySelector('[data-job]');
if (job) {
  const look = async () => {
    const answer = await fetch(`/job/${job.dataset.job}.json`);
    if (!answer.ok) return;
    const now = await answer.json();
    if (now.state !== 'waiting' && now.state !== 'running') return location.reload();
    const bar = job.querySelector('progress');
    if (bar) {
      bar.max = now.total || 1;
      bar.value = now.done;
    }
    setTimeout(look, 500);
  };
  setTimeout(look, 500);
}

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.getElementById('find')?.focus();
});
