// What a shell can complete, read from the verbs: their actions, options, and what stands behind them.
import type { Option, Verb } from './verb.js'
import { COMMON } from './verb.js'

export type Verbs = Readonly<Record<string, Verb>>

/** Names that only a server, or the file of contexts, knows; `action` is the section that the word before it names. */
export type Names = 'regions' | 'zones' | 'contexts' | 'action'

export interface CompletedOption {
  readonly name: string
  readonly help: string
  /** What follows it; undefined where nothing does. */
  readonly value: 'path' | Names | 'text' | undefined
}

export interface CompletedVerb {
  readonly name: string
  readonly summary: string
  /** Words that can stand behind the verb: `list`, `enable`. */
  readonly actions: readonly string[]
  readonly options: readonly CompletedOption[]
  /** What stands behind the actions. */
  readonly names: Names | undefined
  readonly paths: boolean
}

export const completed = (verbs: Verbs): readonly CompletedVerb[] =>
  Object.entries(verbs).map(([name, { usage, summary, options }]) => {
    const actions = actionsIn(name, usage)
    return {
      name,
      summary,
      actions,
      options: Object.entries({ ...options, ...COMMON }).map(([name, option]) => completedOption(name, option)),
      names: actions.includes('records') ? 'action' : namesIn(usage),
      paths: /\b(FILE|DOCUMENT|FROM)\b/.test(withoutOptions(usage)),
    }
  })

const withoutOptions = (usage: string): string => usage.replace(/\[--[^\]]*\]|--[a-z-]+( [A-Z,…]+)?/g, '')

/** The usage of a verb is one way of calling it after the other: `region list | enable REGION | …`. */
export function actionsIn(verb: string, usage: string): readonly string[] {
  const ways = withoutOptions(usage.slice(verb.length)).split('|')
  const first = ways.map(
    way =>
      way
        .trim()
        .replace(new RegExp(`^${verb} `), '')
        .split(/\s+/)[0] ?? '',
  )
  return [...new Set(first.map(word => word.replace(/^\[|\]$/g, '')).filter(word => /^[a-z][a-z-]*$/.test(word)))]
}

const NAMES: readonly (readonly [word: string, names: Names])[] = [
  ['REGION', 'regions'],
  ['ZONE', 'zones'],
  ['CONTEXT', 'contexts'],
]

const namesIn = (usage: string): Names | undefined =>
  NAMES.find(([word]) => new RegExp(`\\b${word}\\b`).test(withoutOptions(usage)))?.[1]

function completedOption(name: string, { type, value = '', help }: Option): CompletedOption {
  if (type === 'boolean') return { name, help, value: undefined }
  return { name, help, value: /^(FILE|DIR)$/.test(value) ? 'path' : (namesIn(value) ?? 'text') }
}

/** Names that a shell may be given: it would take others for something to be carried out. */
export const isPlain = (name: string): boolean => /^[A-Za-z0-9@][A-Za-z0-9._@-]*$/.test(name)
