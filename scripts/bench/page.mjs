// A page in which a run's tables stand between two lines, and what people have written around them stays as it is.

const BEGIN = '<!-- measured by npm run bench -->'
const END = '<!-- end of what was measured -->'

/**
 * The page with other tables.
 * @throws Error where it has no place for them
 */
export function fillPage(page, tables) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`the page has no place for the figures: "${BEGIN}", and later "${END}"`)
  return `${page.slice(0, begin)}${BEGIN}\n\n${tables.trim()}\n\n${page.slice(end)}`
}
