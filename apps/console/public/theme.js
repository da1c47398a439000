// Before the first paint: the theme that was chosen, else the system's. A script of its own, since the policy of the
// console allows none in the page.
(() => {
  const kept = localStorage.getItem('holdfast.theme');
  const dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
