// BIND's configuration (named.conf): statements of words and blocks, each closed by a semicolon.

/** One statement: `type primary`, or a word with a block behind it. */
export type Statement = readonly (string | readonly Statement[])[]

/** The text of a file that `include` names. @throws Error with a sentence where there is none */
export type ConfInclude = (path: string) => { readonly name: string; readonly text: string }

const DEEPEST = 20
const TOKEN = /\s+|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\]|\\.)*)"|([{};])|([^\s{};"]+)/y

/** @throws Error with file and line where it cannot be split */
export function readConf(text: string, file: string, include: ConfInclude, depth = 0): readonly Statement[] {
  if (depth > DEEPEST) throw new Error(`${file}: files include one another ${DEEPEST} deep`)
  const tokens = split(text, file)
  let at = 0
  const line = (): number => tokens[Math.min(at, tokens.length - 1)]?.line ?? 1
  const block = (isInner: boolean): readonly Statement[] => {
    const list: Statement[] = []
    let words: (string | readonly Statement[])[] = []
    for (; at < tokens.length; at++) {
      const { text: word, mark } = tokens[at]!
      if (mark === '{') {
        at++
        words.push(block(true))
        if (tokens[at]?.mark !== '}') throw new Error(`${file}:${line()}: a "{" is never closed`)
      } else if (mark === ';') {
        const [first, path] = words
        if (first === 'include' && typeof path === 'string') {
          const { name, text: inner } = include(path)
          list.push(...readConf(inner, name, include, depth + 1))
        } else if (words.length > 0) list.push(words)
        words = []
      } else if (mark === '}') {
        if (words.length > 0) throw new Error(`${file}:${line()}: ";" is missing before "}"`)
        if (!isInner) throw new Error(`${file}:${line()}: "}" closes nothing`)
        return list
      } else words.push(word)
    }
    if (words.length > 0) throw new Error(`${file}:${line()}: ";" is missing at the end`)
    return list
  }
  return block(false)
}

interface Token {
  readonly text: string
  readonly mark?: '{' | '}' | ';'
  readonly line: number
}

function split(text: string, file: string): readonly Token[] {
  const tokens: Token[] = []
  let line = 1
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text)
    if (found === null) throw new Error(`${file}:${line}: a string is never closed`)
    const [all, quoted, mark, word] = found
    if (mark !== undefined)
      tokens.push({ text: mark, mark: mark as '{' | '}' | ';', line }) // the pattern has no others
    else if (quoted !== undefined) tokens.push({ text: quoted.replace(/\\(.)/g, '$1'), line })
    else if (word !== undefined) tokens.push({ text: word, line })
    line += all.split('\n').length - 1
  }
  return tokens
}

/** The first block of the statement that begins so. */
export const blockOf = (statements: readonly Statement[], word: string): readonly Statement[] | undefined =>
  statements.find(([first]) => first === word)?.find((part): part is readonly Statement[] => typeof part !== 'string')

/** The word behind this one. */
export function wordOf(statements: readonly Statement[], ...words: readonly string[]): string | undefined {
  const found = statements.find(([first]) => typeof first === 'string' && words.includes(first))?.[1]
  return typeof found === 'string' ? found : undefined
}
