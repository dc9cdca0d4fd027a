// What would be another way, as options say it: regions that would be down, up or drained, and other geo data.
import { resolve } from 'node:path'
import { type Call, type Option, UsageError } from './verb.js'

export const PROPOSAL: Readonly<Record<string, Option>> = {
  down: { type: 'string', multiple: true, value: 'REGION', help: 'as if it were down; may be repeated' },
  up: { type: 'string', multiple: true, value: 'REGION', help: 'as if it were up; may be repeated' },
  drain: {
    type: 'string',
    multiple: true,
    value: 'REGION=PERCENT',
    help: 'as if so many of its clients went elsewhere; may be repeated',
  },
  end: { type: 'string', multiple: true, value: 'ID', help: 'as if this override had ended; may be repeated' },
  database: { type: 'string', value: 'FROM', help: 'as if these geo data were in use: a file there, or an address' },
  replaces: { type: 'string', value: 'FILE', help: 'with --database: in whose place, where several are in use' },
}

/** What of it was said, as /v1/simulate takes it; undefined where nothing was. @throws UsageError */
export function readProposal(call: Call): object | undefined {
  const from = call.text('database')
  const replaces = call.text('replaces')
  if (from === undefined && replaces !== undefined) throw new UsageError('--replaces is of --database')
  const lists = (['down', 'up', 'end'] as const).flatMap(name => {
    const ids = call.texts(name)
    return ids.length === 0 ? [] : [[name, ids] as const]
  })
  const drain = call.texts('drain').map(readDrain)
  if (lists.length === 0 && drain.length === 0 && from === undefined) return undefined
  return {
    ...Object.fromEntries(lists),
    ...(drain.length === 0 ? {} : { drain: Object.fromEntries(drain) }),
    ...(from === undefined ? {} : { database: { from: sourceOf(from), ...(replaces && { database: replaces }) } }),
  }
}

/** As the server is to read it: a path of this machine is told whole. */
export const sourceOf = (from: string): string => (/^https?:/i.test(from) ? from : resolve(from))

function readDrain(text: string): readonly [string, number] {
  const [, region, percent] = /^([^=]+)=([0-9]{1,3})%?$/.exec(text) ?? []
  if (region === undefined) throw new UsageError(`--drain "${text}" is not such as eu-central=20`)
  return [region, Number(percent)]
}
