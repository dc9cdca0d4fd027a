// Conditions of LUA records over where a client is, as lists that say who is among them.
import { parsePrefix } from '../../dns/address.js'
import type { Matcher } from './bind-clients.js'
import type { LuaExpression } from './lua.js'

/** @throws Error with a sentence where it asks for something else */
export function readCondition(test: LuaExpression): Matcher {
  if (test.kind === 'boolean') return { kind: test.value ? 'any' : 'none' }
  if (test.kind === 'call') return called(test.name, test.args)
  if (test.kind === 'operation' && test.operator === 'or') return anyOf(test.operands.map(readCondition))
  if (test.kind === 'operation' && test.operator === 'not')
    return {
      kind: 'list',
      elements: [
        { isNot: true, matcher: readCondition(test.operands[0]!) },
        { isNot: false, matcher: { kind: 'any' } },
      ],
    }
  const [left, right] = test.kind === 'operation' && test.operator === '==' ? test.operands : []
  if (left?.kind === 'call' && right !== undefined && CODES[left.name] !== undefined)
    return called(CODES[left.name]!, [right])
  throw new Error('a condition other than over the place or the network of the client is not known here')
}

const CODES: Readonly<Record<string, string>> = { countryCode: 'country', continentCode: 'continent' }

const anyOf = (matchers: readonly Matcher[]): Matcher => ({
  kind: 'list',
  elements: matchers.map(matcher => ({ isNot: false, matcher })),
})

function called(name: string, [argument]: readonly LuaExpression[]): Matcher {
  const texts = wordsOf(argument)
  switch (name) {
    case 'country':
      return anyOf(texts.map(text => ({ kind: 'place', client: text.toUpperCase() })))
    case 'continent':
      return anyOf(texts.map(text => ({ kind: 'place', client: `continent:${text.toUpperCase()}` })))
    case 'asnum':
      return anyOf(texts.map(text => ({ kind: 'place', client: `AS${text}` })))
    case 'netmask':
      return anyOf(texts.map(networkOf))
    default:
      throw new Error(`${name}() is not known here`)
  }
}

export function networkOf(text: string): Matcher {
  const whole = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`
  const prefix = parsePrefix(whole)
  if (prefix === undefined) throw new Error(`"${text}" is no network`)
  return { kind: 'network', prefix, text: whole }
}

/** A word, a number, or a table of them. */
export function wordsOf(expression: LuaExpression | undefined): readonly string[] {
  if (expression?.kind === 'table') return expression.list.flatMap(wordsOf)
  if (expression?.kind === 'string' || expression?.kind === 'number') return [String(expression.value)]
  throw new Error('a word, or a table of words, is expected')
}
