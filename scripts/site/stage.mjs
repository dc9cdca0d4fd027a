// Puts what the site is made of into a folder: the pages, files that pages lead to, and pages that are made of the program itself.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, normalize } from 'node:path'
import { MENU } from './menu.mjs'
import { reference } from './reference.mjs'

const PICTURES = ['.png', '.svg']

/** By the name of a page on the site, where it is in the project. */
function sources(root) {
  const docs = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'))
  return new Map([
    ['index', 'README.md'],
    ['deploy', 'deploy/README.md'],
    ['contributing', 'CONTRIBUTING.md'],
    ...docs.map(name => [name.slice(0, -3), `docs/${name}`]),
  ])
}

/** @returns how many pages and files there are */
export async function stage(root, folder) {
  const pages = sources(root)
  const names = new Map([...pages].map(([name, path]) => [path, name]))
  const files = new Set()
  const texts = new Map([...pages].map(([name, path]) => [name, rewritten(root, path, names, files)]))
  for (const [name, text] of await reference(root)) texts.set(name, text)
  const listed = new Set(['index', ...Object.values(MENU).flat()])
  const strays = [...texts.keys()].filter(name => !listed.has(name))
  const gone = [...listed].filter(name => !texts.has(name))
  if (strays.length + gone.length > 0)
    throw new Error(`menu.mjs: not listed: ${strays.join(', ') || 'none'}; not there: ${gone.join(', ') || 'none'}`)
  for (const [name, text] of texts) writeFileSync(join(folder, `${name}.md`), text)
  for (const file of files) copy(join(root, file), join(folder, 'public', shownAs(file)))
  configure(folder, texts)
  return { pages: texts.size, files: files.size }
}

/**
 * A page with links that lead to pages of the site, or to a copy of the file.
 * @throws Error where a link leads to what is not there
 */
function rewritten(root, path, names, files) {
  const text = readFileSync(join(root, path), 'utf8')
  return outsideFences(text, prose =>
    prose.replaceAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g, (_, target, anchor = '') => {
      const file = normalize(join(dirname(path), target))
      const name = names.get(file)
      if (name !== undefined) return `](./${name}.md${anchor})`
      if (!existsSync(join(root, file))) throw new Error(`${path}: ${target} is not there`)
      const readme = join(file, 'README.md')
      const shown = statSync(join(root, file)).isDirectory() ? readme : file
      if (names.has(shown)) return `](./${names.get(shown)}.md${anchor})`
      if (!existsSync(join(root, shown))) return `](./index.md)`
      files.add(shown)
      return `](/${shownAs(shown)})`
    }),
  )
}

/** Whatever is no picture is text, and shown as it is written. */
const shownAs = file => `files/${file}${PICTURES.includes(extname(file)) ? '' : '.txt'}`

/** Text within a line of code is prose here: what looks like a tag or a template there is shown as it is. */
function outsideFences(text, change) {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, i) => (i % 2 === 0 ? change(part) : part))
    .join('')
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
}

const titleOf = text => /^# (.*)$/m.exec(text)?.[1] ?? ''

function configure(folder, texts) {
  const sidebar = Object.entries(MENU).map(([text, names]) => ({
    text,
    items: names.map(name => ({ text: titleOf(texts.get(name)), link: `/${name}` })),
  }))
  const config = {
    title: 'Meridian',
    description: 'GeoDNS that can say why',
    lang: 'en',
    cleanUrls: false,
    themeConfig: { sidebar, search: { provider: 'local' }, outline: [2, 3] },
    markdown: { attrs: { disable: true } },
  }
  mkdirSync(join(folder, '.vitepress'), { recursive: true })
  writeFileSync(join(folder, '.vitepress', 'config.mjs'), `export default ${JSON.stringify(config, null, 2)}\n`)
}
