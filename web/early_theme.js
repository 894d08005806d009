// Runs before the first paint, so that a remembered theme does not flash; modules run too late.
try {
  const theme = localStorage.getItem('unipic.theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme it is.
}
