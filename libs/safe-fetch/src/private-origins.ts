/**
 * Reads a comma- or space-separated list of origins (`http://127.0.0.1:4010`) into the `host:port` form of
 * `allowPrivateOrigins`; throws a RangeError that names the entry which is no origin.
 */
export function parsePrivateOrigins(text: string): readonly string[] {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.map((entry) => {
    const url = URL.parse(entry);
    if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
      throw new RangeError(`"${entry}" is not an origin (write http://127.0.0.1:4010, without a path)`);
    return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
  });
}
