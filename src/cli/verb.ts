// What every verb of the command line is: options, help, and something to do that ends in an exit code.
import { parseArgs } from 'node:util'

/** Done; refused or failed; called in a way that makes no sense. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

export interface Option {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** The word for its value in the help: `FILE`. */
  readonly value?: string
  readonly help: string
  /** Whether it may be given more than once. */
  readonly multiple?: boolean
}

export interface Call {
  /** What stands behind the verb, options aside. */
  readonly words: readonly string[]
  text(option: string): string | undefined
  /** Of an option that may be given more than once: each time that it was. */
  texts(option: string): readonly string[]
  flag(option: string): boolean
  /** For people and programs to read: standard output. */
  print(text: string): void
  /** For people to read when something is wrong: standard error. */
  complain(text: string): void
}

export interface Verb {
  /** `explain NAME [TYPE]` */
  readonly usage: string
  /** One line, for the list of verbs. */
  readonly summary: string
  /** What a person has to know who has never used it; with examples. */
  readonly help: string
  readonly options: Readonly<Record<string, Option>>
  run(call: Call): Promise<Exit>
}

/** Options that every verb has. */
export const COMMON: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'print JSON, for programs' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
}

/** Options of every verb that talks to a running server. */
export const REMOTE: Readonly<Record<string, Option>> = {
  server: { type: 'string', value: 'URL', help: 'the admin API (MERIDIAN_SERVER, or http://127.0.0.1:8053)' },
  context: {
    type: 'string',
    value: 'CONTEXT',
    help: 'the server of this name (MERIDIAN_CONTEXT); see meridian context',
  },
  token: {
    type: 'string',
    value: 'TOKEN',
    help: 'the admin token (MERIDIAN_TOKEN, or the one in the state directory); others here can see it',
  },
  'token-file': { type: 'string', value: 'FILE', help: 'the file that has the token' },
  state: { type: 'string', value: 'DIR', help: 'the state directory (MERIDIAN_STATE_DIR, or ./state)' },
}

/** A call that makes no sense; told to the caller with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError for options that the verb does not have */
export function readCall(verb: Verb, args: readonly string[]): Call {
  const options = { ...verb.options, ...COMMON }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(
        Object.entries(options).map(([name, { type, short, multiple = false }]) => [
          name,
          { type, multiple, ...(short === undefined ? {} : { short }) },
        ]),
      ),
      allowPositionals: true,
    })
    return {
      words: positionals,
      text: name => (typeof values[name] === 'string' ? values[name] : undefined),
      texts: name => [values[name] ?? []].flat().filter(value => typeof value === 'string'),
      flag: name => values[name] === true,
      print: text => void process.stdout.write(`${text}\n`),
      complain: text => void process.stderr.write(`${text}\n`),
    }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

export function formatHelp(verb: Verb): string {
  const rows = Object.entries({ ...verb.options, ...COMMON }).map(([name, { short, value, help }]) => {
    const left = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
    return `  ${left.padEnd(26)} ${help}`
  })
  return `Usage: meridian ${verb.usage}\n\n${verb.help.trim()}\n\nOptions:\n${rows.join('\n')}`
}
