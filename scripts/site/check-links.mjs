// Whether every link between pages leads to a page, and to a heading that is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @throws Error that lists the links that do not */
export function checkLinks(folder, base) {
  const pages = readdirSync(folder).filter(name => name.endsWith('.html'))
  const texts = new Map(pages.map(name => [name, readFileSync(join(folder, name), 'utf8')]))
  const places = new Map([...texts].map(([name, text]) => [name, new Set(found(text, / id="([^"]+)"/g))]))
  const leads = (from, link) => {
    const [path, anchor = ''] = link.split('#')
    const below = path.startsWith(base) ? path.slice(base.length) : path.replace(/^\.\//, '')
    const file = path === '' ? from : below || 'index.html'
    const known = places.get(file)
    return known === undefined ? existsSync(join(folder, file)) : anchor === '' || known.has(decodeURIComponent(anchor))
  }
  const broken = [...texts].flatMap(([name, text]) =>
    found(text, /href="([^"]+)"/g)
      .filter(link => !/^(https?|mailto):/.test(link) && !leads(name, link))
      .map(link => `${name}: ${link}`),
  )
  if (broken.length > 0) throw new Error(`links that lead nowhere:\n${broken.join('\n')}`)
}

const found = (text, pattern) => [...text.matchAll(pattern)].map(([, part]) => part)
