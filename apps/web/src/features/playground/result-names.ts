/** File names of results: the source's name with the result's ending, each once. */
export function resultNames(results: readonly { readonly name: string; readonly url: string }[]): readonly string[] {
  const used = new Set<string>();
  return results.map(({ name, url }) => {
    const stem = name.replace(/\.[a-z0-9]{1,5}$/i, '').replace(/[\\/:*?"<>|]+/g, '_') || 'picture';
    const ending = /\.([a-z0-9]{1,5})(?:[?#]|$)/i.exec(url)?.[1] ?? 'png';
    for (let number = 1; ; number += 1) {
      const unique = `${stem}${number === 1 ? '' : `-${number}`}.${ending}`;
      if (used.has(unique.toLowerCase())) continue;
      used.add(unique.toLowerCase());
      return unique;
    }
  });
}
