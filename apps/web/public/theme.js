// Runs before the first paint, so that a chosen theme never flashes; a file of its own because the content policy allows no inline script.
try {
  const { theme } = JSON.parse(localStorage.getItem('atelier-settings') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Unreadable settings are replaced by the application.
}
