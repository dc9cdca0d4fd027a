// The part of Lua that records of PowerDNS are written in: calls, tables, conditions; nothing that counts, loops or assigns.

export type LuaExpression =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'table'
      readonly list: readonly LuaExpression[]
      readonly fields: ReadonlyMap<string, LuaExpression>
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly LuaExpression[] }
  /** `of[at]` */
  | { readonly kind: 'index'; readonly of: LuaExpression; readonly at: LuaExpression }
  | { readonly kind: 'operation'; readonly operator: string; readonly operands: readonly LuaExpression[] }

export type LuaStatement =
  | { readonly kind: 'return'; readonly value: LuaExpression }
  | {
      readonly kind: 'if'
      readonly branches: readonly { readonly test?: LuaExpression; readonly body: readonly LuaStatement[] }[]
    }

const TOKEN =
  /\s+|--[^\n]*|(\d+(?:\.\d+)?)|([A-Za-z_][\w.:]*)|'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|\[\[([\s\S]*?)\]\]|(==|~=|<=|>=|\.\.|[{}()[\],;=<>+*/%-])/y

interface Token {
  readonly kind: 'number' | 'word' | 'string' | 'mark'
  readonly text: string
}

/** What a record says: an expression, or behind a semicolon statements. @throws Error with a sentence where it says more than is read here */
export function readLua(text: string): readonly LuaStatement[] {
  const reader = new Reader(split(text.replace(/^\s*;/, '')))
  return /^\s*;/.test(text) ? reader.block() : [{ kind: 'return', value: reader.whole() }]
}

function split(text: string): readonly Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null) throw new Error(`"${text.slice(at, at + 20)}" is not read here`)
    const [, number, word, single, double, long, mark] = found
    const string = single ?? double ?? long
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string.replace(/\\([\s\S])/g, '$1') })
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark })
  }
  return tokens
}

/** Operators by how tightly they bind, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [['or'], ['and'], ['==', '~=']]
const ENDS: readonly string[] = ['end', 'else', 'elseif']

class Reader {
  private at = 0
  private readonly tokens: readonly Token[]

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  whole(): LuaExpression {
    const value = this.expression()
    if (this.at < this.tokens.length) throw this.fault()
    return value
  }

  block(isInner = false): readonly LuaStatement[] {
    const list: LuaStatement[] = []
    for (;;) {
      while (this.take(';')) {}
      const next = this.tokens[this.at]
      if (next === undefined ? !isInner : isInner && ENDS.includes(next.text)) return list
      list.push(this.statement())
    }
  }

  private statement(): LuaStatement {
    if (this.take('return')) return { kind: 'return', value: this.expression() }
    if (!this.take('if')) throw this.fault()
    const branches: { test?: LuaExpression; body: readonly LuaStatement[] }[] = []
    do {
      const test = this.expression()
      this.expect('then')
      branches.push({ test, body: this.block(true) })
    } while (this.take('elseif'))
    if (this.take('else')) branches.push({ body: this.block(true) })
    this.expect('end')
    return { kind: 'if', branches }
  }

  private expression(level = 0): LuaExpression {
    const operators = LEVELS[level]
    if (operators === undefined) return this.single()
    let left = this.expression(level + 1)
    for (;;) {
      const operator = operators.find(one => this.take(one))
      if (operator === undefined) return left
      left = { kind: 'operation', operator, operands: [left, this.expression(level + 1)] }
    }
  }

  private single(): LuaExpression {
    if (this.take('not')) return { kind: 'operation', operator: 'not', operands: [this.single()] }
    if (this.take('(')) {
      const inner = this.expression()
      this.expect(')')
      return inner
    }
    if (this.take('{')) return this.table()
    const token = this.tokens[this.at++]
    if (token?.kind === 'string') return { kind: 'string', value: token.text }
    if (token?.kind === 'number') return { kind: 'number', value: Number(token.text) }
    if (token?.kind !== 'word') throw this.fault(-1)
    if (token.text === 'true' || token.text === 'false') return { kind: 'boolean', value: token.text === 'true' }
    if (!this.take('(')) return { kind: 'name', name: token.text }
    const call: LuaExpression = { kind: 'call', name: token.text, args: this.listUntil(')') }
    if (!this.take('[')) return call
    const at = this.expression()
    this.expect(']')
    return { kind: 'index', of: call, at }
  }

  private listUntil(end: string): readonly LuaExpression[] {
    const list: LuaExpression[] = []
    while (!this.take(end)) {
      list.push(this.expression())
      if (!this.take(',') && this.tokens[this.at]?.text !== end) throw this.fault()
    }
    return list
  }

  private table(): LuaExpression {
    const list: LuaExpression[] = []
    const fields = new Map<string, LuaExpression>()
    while (!this.take('}')) {
      const [key, mark] = [this.tokens[this.at], this.tokens[this.at + 1]]
      if (key?.kind === 'word' && mark?.text === '=') {
        this.at += 2
        fields.set(key.text, this.expression())
      } else list.push(this.expression())
      if (!this.take(',') && !this.take(';') && this.tokens[this.at]?.text !== '}') throw this.fault()
    }
    return { kind: 'table', list, fields }
  }

  private take(text: string): boolean {
    const token = this.tokens[this.at]
    if (token === undefined || token.kind === 'string' || token.text !== text) return false
    this.at++
    return true
  }

  private expect(text: string): void {
    if (!this.take(text)) throw this.fault()
  }

  private fault(by = 0): Error {
    const token = this.tokens[this.at + by]
    return new Error(token === undefined ? 'it ends too soon' : `"${token.text}" is not read here`)
  }
}
