// Beside the text where there is room: each fact at the height of its words, none over another. Without script
// they stand at the head of their paragraph. Words and card light up together.
(() => {
  const text = document.querySelector('[data-aligned]');
  if (!text) return;
  const sheet = text.closest('.sheet');
  const wide = matchMedia('(min-width: 60rem)');
  const items = [...text.querySelectorAll('.margin > li')];
  const anchorOf = (item) => {
    const card = item.matches('.card') ? item : item.querySelector('.card');
    return card && document.getElementById('e' + card.dataset.fact);
  };
  const align = () => {
    text.classList.toggle('aligned', wide.matches);
    let bottom = 0;
    for (const item of items) {
      if (!wide.matches) { item.style.top = ''; continue; }
      const anchor = anchorOf(item);
      const wanted = anchor ? anchor.getBoundingClientRect().top - text.getBoundingClientRect().top : bottom;
      const top = Math.max(wanted, bottom);
      item.style.top = top + 'px';
      bottom = top + item.offsetHeight + 8;
    }
    sheet.style.minHeight = wide.matches ? text.offsetTop + bottom + 'px' : '';
  };
  const light = (event, on) => {
    const card = event.target.closest('.card');
    const words = event.target.closest('a.evidence');
    const number = card ? card.dataset.fact : words ? (words.hash.match(/^#f(\d+)$/) || [])[1] : null;
    if (!number) return;
    const own = document.getElementById('f' + number);
    if (own) own.classList.toggle('lit', on);
    for (const piece of text.querySelectorAll(`a.evidence[href="#f${number}"]`)) piece.classList.toggle('lit', on);
  };
  for (const [name, on] of [['mouseover', true], ['mouseout', false], ['focusin', true], ['focusout', false]]) {
    text.addEventListener(name, (event) => light(event, on));
  }
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const folded = target && target.closest('details');
    if (folded && !folded.open) { folded.open = true; align(); target.scrollIntoView({block: 'center'}); }
  };
  text.addEventListener('toggle', align, true);
  addEventListener('resize', align);
  addEventListener('hashchange', open);
  addEventListener('load', () => { align(); open(); });
})();
