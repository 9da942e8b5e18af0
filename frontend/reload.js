// Only in what `cargo xtask assets` builds for development: loads the page again once the server or its files are new.
let build;
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch("/dev/build").catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.text();
  build ??= now;
  if (now !== build) location.reload();
}, 500);
