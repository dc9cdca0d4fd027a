// What the documentation is made of, as far as it can be held against the program: fenced blocks, tables, links, headings.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export interface Block {
  readonly page: string
  /** From 1 on; where the fence begins. */
  readonly line: number
  readonly language: string
  readonly text: string
  /** What the block printed, where a text block follows at once. */
  readonly output?: string
}

export interface Link {
  readonly page: string
  readonly target: string
}

/** Paths from the root of the project. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(`${ROOT}docs`)
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
]

export const textOf = (page: string): string => readFileSync(ROOT + page, 'utf8')

const FENCED = /^```([a-z]*)\n([\s\S]*?)^```$/gm

export function blocksOf(page: string): readonly Block[] {
  const text = textOf(page)
  const found = [...text.matchAll(FENCED)].map(({ 0: whole, 1: language = '', 2: body = '', index }) => ({
    page,
    line: text.slice(0, index).split('\n').length,
    language,
    text: body,
    end: index + whole.length,
    index,
  }))
  return found.map(({ end, index: _, ...block }, i) => {
    const next = found[i + 1]
    const follows = next?.language === 'text' && /^\n{1,2}$/.test(text.slice(end, next.index))
    return { ...block, ...(follows ? { output: next.text } : {}) }
  })
}

/** The page without its fenced blocks. */
export const proseOf = (page: string): string => textOf(page).replaceAll(FENCED, '')

export const linksOf = (page: string): readonly Link[] =>
  [...proseOf(page).matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => ({ page, target }))

/** Headings as the anchors that they become. */
export const anchorsOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The cells of all rows of all tables, without their heads; code marks are kept. */
export const rowsOf = (page: string): readonly (readonly string[])[] =>
  [...proseOf(page).matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = '']) => row.split('|').map(cell => cell.trim()))
    .filter(cells => !cells.every(cell => /^-+$/.test(cell)))

/** The text of a cell that is one piece of code. */
export const codeOf = (cell: string | undefined): string | undefined => /^`([^`]+)`$/.exec(cell ?? '')?.[1]
