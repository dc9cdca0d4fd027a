// Whether a command printed what the documentation shows, but for what differs from run to run.

/** `…` stands for anything. White space counts as one space, since lines are broken by the length of paths. */
export function looksLike(expected: string, output: string): boolean {
  const parts = calm(expected).split('…').map(literal)
  return new RegExp(`^${parts.join('.*')}$`, 's').test(calm(output))
}

/** Without times, revisions, numbers of snapshots, loads (they fade, whichever page reported them), and where this checkout lies. */
function calm(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{12}\b/g, 'REVISION')
    .replaceAll(/(snapshot\s+)\d+/g, '$1N')
    .replaceAll(/, load \d+ %/g, '')
    .replaceAll(/[^\s"]*(?=\/node_modules\/)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
