/** The markdown of our error pages (headings, tables, paragraphs, bold, code, links) as a page without script. */
export function markdownPage(title: string, markdown: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><link rel="stylesheet" href="/docs/style.css"></head>
<body><main>
${blocks(markdown)}
<p><a href="/docs">All endpoints</a></p>
</main></body>
</html>
`;
}

function blocks(markdown: string): string {
  return markdown
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map((block) => {
      const [, level = '', heading = ''] = /^(#{1,3}) (.*)$/.exec(block) ?? [];
      if (level) return `<h${level.length}>${inline(heading)}</h${level.length}>`;
      return block.startsWith('|') ? table(block) : `<p>${inline(block)}</p>`;
    })
    .join('\n');
}

function table(block: string): string {
  const rows = block.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const filled = rows.filter((cells) => cells.some((cell) => /[^-:\s]/.test(cell)));
  return `<table>${filled.map((cells) => `<tr>${cells.map((cell) => `<td>${inline(cell)}</td>`).join('')}</tr>`).join('')}</table>`;
}

function inline(text: string): string {
  return escape(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\[([^\]]+)\]\(([\w./#-]+)\)/g, '<a href="$2">$1</a>');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
