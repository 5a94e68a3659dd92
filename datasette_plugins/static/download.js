// The rows done of a file that is being prepared; when it is ready (or has failed) the page shows that.
(() => {
  const place = document.querySelector('[data-progress]');
  if (!place) return;
  const line = place.querySelector('[role=status]');
  const bar = place.querySelector('progress');
  const state = () => location.reload();
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.progress, { cache: 'no-store' });
      const told = await answer.json();
      if (answer.ok && told.state !== 'waiting' && told.state !== 'running') return state();
      if (told.total) {
        bar.max = told.total;
        bar.value = told.done;
        const said = place.dataset.rows.replace('{done}', told.done.toLocaleString('en')).replace('{total}', told.total.toLocaleString('en'));
        if (line.textContent !== said) line.textContent = said;
      }
    } catch {
      // the server does not answer now: look again
    }
    setTimeout(look, 3000);
  };
  setTimeout(look, 1000);
})();
