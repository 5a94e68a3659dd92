// A button that copies a reference, where the browser can; without script a click selects the whole text.
for (const place of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.textContent = place.dataset.label;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(place.dataset.copy).textContent);
    button.textContent = place.dataset.copied;
    setTimeout(() => { button.textContent = place.dataset.label; }, 2000);
  });
  button.setAttribute('aria-live', 'polite');
  place.append(button);
  place.hidden = false;
}
