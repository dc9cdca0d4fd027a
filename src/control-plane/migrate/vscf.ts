// vscf, the language of gdnsd's configuration: hashes in braces, arrays in brackets, and strings (gdnsd.config, "Low-Level Syntax").

export type VscfMap = ReadonlyMap<string, Vscf>
export type Vscf = string | readonly Vscf[] | VscfMap

/** The texts of files that `$include{…}` names, which may be a folder or a glob. @throws Error with a sentence where there is none */
export type VscfInclude = (path: string, from: string) => readonly { readonly name: string; readonly text: string }[]

const DEEPEST = 20

/** @throws Error with file and line where it is no vscf */
export function readVscf(text: string, file: string, include: VscfInclude, depth = 0): VscfMap | readonly Vscf[] {
  const reader = new Reader(text, file, include, depth)
  return reader.document()
}

/** Characters that end a bare string. */
const SPECIAL = '][}{;#,"=\\'

class Reader {
  private at = 0
  private readonly text: string
  private readonly file: string
  private readonly include: VscfInclude
  private readonly depth: number

  constructor(text: string, file: string, include: VscfInclude, depth: number) {
    this.text = text
    this.file = file
    this.include = include
    this.depth = depth
    if (depth > DEEPEST) throw this.fault(`files include one another ${DEEPEST} deep`)
  }

  document(): VscfMap | readonly Vscf[] {
    this.space()
    const value = this.take('[') ? this.array() : this.map(undefined)
    this.space()
    if (this.at < this.text.length) throw this.fault(`"${this.text[this.at]}" is not expected here`)
    return value
  }

  private map(end: '}' | undefined): VscfMap {
    const map = new Map<string, Vscf>()
    for (;;) {
      this.space()
      if (end === undefined ? this.at >= this.text.length : this.take(end)) return map
      if (this.text.startsWith('$include{', this.at)) this.merge(map)
      else this.entry(map)
      this.space()
      this.take(',')
    }
  }

  private entry(map: Map<string, Vscf>): void {
    const key = this.string()
    this.space()
    if (!this.take('=')) throw this.fault(`"=>" is expected behind ${key}`)
    this.take('>')
    this.space()
    const value = this.value()
    if (map.has(key)) throw this.fault(`"${key}" is there twice`)
    map.set(key, value)
  }

  private merge(map: Map<string, Vscf>): void {
    for (const { name, text } of this.included()) {
      const value = readVscf(text, name, this.include, this.depth + 1)
      if (!isVscfMap(value)) throw this.fault(`${name} is an array, where a hash is expected`)
      for (const [key, one] of value)
        if (map.has(key)) throw this.fault(`"${key}" of ${name} is there twice`)
        else map.set(key, one)
    }
  }

  private value(): Vscf {
    if (this.take('{')) return this.map('}')
    if (this.take('[')) return this.array()
    if (!this.text.startsWith('$include{', this.at)) return this.string()
    const [one, ...more] = this.included()
    if (one === undefined || more.length > 0) throw this.fault('a value is one file')
    return readVscf(one.text, one.name, this.include, this.depth + 1)
  }

  private array(): readonly Vscf[] {
    const list: Vscf[] = []
    for (;;) {
      this.space()
      if (this.take(']')) return list
      if (this.at >= this.text.length) throw this.fault('a "[" is never closed')
      list.push(this.value())
      this.space()
      this.take(',')
    }
  }

  private included(): ReturnType<VscfInclude> {
    this.at += '$include{'.length
    this.space()
    const path = this.string()
    this.space()
    if (!this.take('}')) throw this.fault('"}" is expected behind the path')
    return this.include(path, this.file)
  }

  private string(): string {
    const quoted = this.take('"')
    const start = this.at
    let text = ''
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]!
      if (quoted ? character === '"' : SPECIAL.replace('\\', '').includes(character) || /\s/.test(character)) break
      text += character === '\\' ? this.escaped() : character
    }
    if (quoted && !this.take('"')) throw this.fault('a string is never closed')
    if (!quoted && this.at === start) throw this.fault(`a string is expected, not "${this.text[this.at] ?? 'the end'}"`)
    return text
  }

  /** Stops at its last character. */
  private escaped(): string {
    const digits = /^\d{3}/.exec(this.text.slice(this.at + 1, this.at + 4))?.[0]
    this.at += digits === undefined ? 1 : 3
    return digits === undefined ? (this.text[this.at] ?? '') : String.fromCharCode(Number(digits) & 255)
  }

  private space(): void {
    for (;;) {
      const gap = /^(?:\s+|[#;][^\n]*)/.exec(this.text.slice(this.at, this.at + 500))
      if (gap === null) return
      this.at += gap[0].length
      if (/^[#;]/.test(gap[0])) this.at = (this.text.indexOf('\n', this.at - 1) + 1 || this.text.length + 1) - 1
    }
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private fault(what: string): Error {
    return new Error(`${this.file}:${this.text.slice(0, this.at).split('\n').length}: ${what}`)
  }
}

export const isVscfMap = (value: Vscf | undefined): value is VscfMap => value instanceof Map

/** An array, or the one value in place of it; nothing where there is none. */
export const listOf = (value: Vscf | undefined): readonly Vscf[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Vscf[]) : [value]

export const stringsOf = (value: Vscf | undefined): readonly string[] =>
  listOf(value).filter((one): one is string => typeof one === 'string')

export const mapOfKey = (map: VscfMap | undefined, key: string): VscfMap => {
  const value = map?.get(key)
  return isVscfMap(value) ? value : new Map()
}

export const numberOf = (value: Vscf | undefined, fallback: number): number =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : fallback

export const isTrue = (value: Vscf | undefined): boolean => typeof value === 'string' && value.toLowerCase() === 'true'
