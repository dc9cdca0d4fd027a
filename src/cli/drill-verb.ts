// meridian drill: exercise a failover: plan it, start it, follow it, end it, and read what came of it.
import { writeFile } from 'node:fs/promises'
import type { DrillList, DrillView, OutlookView, OverrideList } from '../control-plane/admin/api.js'
import { isMeant, YES } from './ask.js'
import type { ApiClient } from './client.js'
import { consequenceOf } from './confirm.js'
import { formatDrill, formatDrills, formatOutlook, outlookLines, stateOf } from './drill.js'
import { watchDrill } from './drill-watch.js'
import { remote } from './remote.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

const ACTIONS = ['plan', 'start', 'show', 'abort', 'report'] as const

export const drill: Verb = {
  usage: 'drill list | plan REGION… --reason TEXT | start ID | show ID | abort ID | report ID',
  summary: 'exercise a failover, guarded, in steps, with a report',
  help: `
A drill moves the clients of regions elsewhere for a while, in steps, and back again, or makes the checks of the regions
fail. It begins only where nothing speaks against it, and ends at once when something does: another region that breaks, a
region that is asked too much, errors. What it has done is then undone. It goes on after a restart of the server.

  meridian drill plan eu-central --reason "quarterly" --dry-run      what would happen
  meridian drill plan eu-central --reason "quarterly"                nothing happens yet
  meridian drill start 3 --watch                                     now, and tell how it goes
  meridian drill start 3 --in 60s                                    the TTL of answers falls before it
  meridian drill plan eu-central --at 2026-03-03T02:00:00Z --window 2h --weekly --reason "every Tuesday night"
  meridian drill plan eu-central --kind fault --steps 100:5m --reason "do we notice?"
  meridian drill abort 3 --reason "not today"
  meridian drill report 3 --as html --out drill-3.html

Steps are PERCENT:DURATION. Unless told: 25 and 50 % for 2m each, 100 % for 10m, and 50 % for 2m on the way back.`,
  options: {
    ...REMOTE,
    ...YES,
    kind: { type: 'string', value: 'KIND', help: 'switch: clients are moved; fault: checks are made to fail' },
    steps: { type: 'string', value: 'STEPS', help: 'the way out: 25:2m,50:2m,100:10m' },
    back: { type: 'string', value: 'STEPS', help: 'the way back: 50:2m; or none' },
    at: { type: 'string', value: 'TIME', help: 'when it begins: 2026-03-03T02:00:00Z' },
    in: { type: 'string', value: 'DURATION', help: 'with start: after how long it begins' },
    window: { type: 'string', value: 'DURATION', help: 'for how long after its time it may still begin' },
    weekly: { type: 'boolean', help: 'plan another one for a week later when it is over' },
    healthy: { type: 'string', value: 'NUMBER', help: 'other regions that have to be up (1)' },
    load: { type: 'string', value: 'PERCENT', help: 'the most that a region may be asked, of its capacity (100)' },
    errors: { type: 'string', value: 'PERCENT', help: 'the most of all answers that may be errors (5)' },
    latency: { type: 'string', value: 'DURATION', help: 'the most that the checks of another region may take' },
    reason: { type: 'string', value: 'TEXT', help: 'why; needed for a plan' },
    'dry-run': { type: 'boolean', help: 'with plan: only tell what would happen' },
    watch: { type: 'boolean', help: 'with start: tell how it goes until it is over' },
    as: { type: 'string', value: 'FORM', help: 'with report: markdown, html or json' },
    out: { type: 'string', value: 'FILE', help: 'with report: write it there' },
  },
  async run(call) {
    const [name = '', ...words] = call.words
    if (name === 'list') {
      if (words.length > 0) throw new UsageError('list takes no drill')
      return list(await remote(call), call)
    }
    const action = ACTIONS.find(action => action === name)
    if (action === undefined) throw new UsageError(`"${name}" is not list, ${ACTIONS.join(', ')}`)
    if (action === 'plan') return plan(call, words)
    const [id, ...rest] = words
    if (id === undefined) throw new UsageError(`${action} needs the id of a drill; list shows them`)
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    const api = await remote(call)
    const path = `/v1/drills/${encodeURIComponent(id)}`
    switch (action) {
      case 'start':
        return start(api, call, id, path)
      case 'show':
        return show(call, (await api.get(path)) as DrillView, formatDrill) // from a server of this release
      case 'abort':
        return abort(api, call, path)
      case 'report':
        return report(api, call, path)
    }
  },
}

async function list(api: ApiClient, call: Call): Promise<Exit> {
  return show(call, (await api.get('/v1/drills')) as DrillList, formatDrills) // from a server of this release
}

async function plan(call: Call, targets: readonly string[]): Promise<Exit> {
  const wish = wishOf(call, targets)
  const api = await remote(call)
  if (call.flag('dry-run')) {
    const outlook = (await api.post('/v1/drills/plan', wish)) as OutlookView // from a server of this release
    show(call, outlook, formatOutlook)
    return outlook.objections.length === 0 ? EXIT.done : EXIT.failed
  }
  const planned = (await api.post('/v1/drills', wish)) as DrillView
  const next = planned.startsAt === undefined ? `; to start it: meridian drill start ${planned.id}` : ''
  return show(call, planned, drill =>
    [`drill ${drill.id} is ${stateOf(drill)}${next}`, ...outlookLines(drill.foretold)].join('\n'),
  )
}

async function start(api: ApiClient, call: Call, id: string, path: string): Promise<Exit> {
  const consequence = async (): Promise<readonly string[]> => {
    const drill = (await api.get(path)) as DrillView // from a server of this release
    const outlook = (await api.post(`${path}/plan`)) as OutlookView
    return [
      `This ${drill.kind === 'fault' ? 'makes the checks fail of' : 'moves clients away from'} ${drill.regions.join(', ')}:`,
      formatOutlook(outlook),
    ]
  }
  if (!(await isMeant(call, consequence))) return EXIT.failed
  const delay = call.text('in')
  const started = (await api.post(`${path}/start`, delay === undefined ? {} : { in: delay })) as DrillView
  if (!call.flag('watch'))
    return show(
      call,
      started,
      drill => `drill ${drill.id} is ${stateOf(drill)}; to end it: meridian drill abort ${drill.id}`,
    )
  const ended = await watchDrill(api, call, id)
  if (call.flag('json')) call.print(JSON.stringify(ended, null, 2))
  else call.print(`drill ${id} is over: ${stateOf(ended)}; meridian drill report ${id} tells more`)
  return ended.outcome === 'succeeded' ? EXIT.done : EXIT.failed
}

async function abort(api: ApiClient, call: Call, path: string): Promise<Exit> {
  if (!(await isMeant(call, () => endOf(api, path)))) return EXIT.failed
  const reason = call.text('reason')
  const ended = await api.post(`${path}/abort`, reason === undefined ? {} : { reason })
  return show(call, ended as DrillView, drill => `drill ${drill.id} is ${stateOf(drill)}`) // from a server of this release
}

/** What comes of ending it. */
async function endOf(api: ApiClient, path: string): Promise<readonly string[]> {
  const drill = (await api.get(path)) as DrillView // likewise
  const { id, phase, kind, regions, weekly } = drill
  const is = `drill ${id} is ${stateOf(drill)}`
  if (phase === 'over') return [is]
  if (phase === 'planned')
    return [`${is}; it would not begin${weekly ? ', nor would those that follow it week by week' : ''}`]
  if (kind === 'fault') return [is, ...(await consequenceOf(api, { up: regions }))]
  const { overrides } = (await api.get('/v1/overrides?limit=1000')) as OverrideList // likewise
  return [
    is,
    ...(await consequenceOf(api, {
      end: overrides.filter(({ origin }) => origin === `drill:${id}`).map(({ id }) => id),
    })),
  ]
}

async function report(api: ApiClient, call: Call, path: string): Promise<Exit> {
  const form = call.text('as') ?? (call.flag('json') ? 'json' : 'markdown')
  if (!['json', 'markdown', 'html'].includes(form)) throw new UsageError(`--as ${form} is not markdown, html or json`)
  const text =
    form === 'json'
      ? JSON.stringify(await api.get(`${path}/report`), null, 2)
      : await api.text(`${path}/report?as=${form}`)
  const out = call.text('out')
  if (out === undefined) call.print(text.trimEnd())
  else await writeFile(out, text)
  return EXIT.done
}

function show<T>(call: Call, answer: T, format: (answer: T) => string): Exit {
  call.print(call.flag('json') ? JSON.stringify(answer, null, 2) : format(answer))
  return EXIT.done
}

function wishOf(call: Call, targets: readonly string[]): object {
  if (targets.length === 0) throw new UsageError('plan needs a region')
  const reason = call.text('reason')
  if (reason === undefined) throw new UsageError('--reason is missing: somebody will want to know')
  const steps = call.text('steps')
  const back = call.text('back')
  const said = {
    targets,
    reason,
    kind: call.text('kind'),
    at: call.text('at'),
    window: call.text('window'),
    weekly: call.flag('weekly') || undefined,
    steps: steps === undefined ? undefined : readSteps('--steps', steps),
    back: back === undefined ? undefined : back === 'none' ? [] : readSteps('--back', back),
    minHealthy: readNumber(call, 'healthy'),
    maxLoad: readNumber(call, 'load'),
    maxErrors: readNumber(call, 'errors'),
    maxLatency: call.text('latency'),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

function readSteps(option: string, text: string): readonly object[] {
  return text.split(',').map(part => {
    const [, percent, hold] = /^(\d+)%?:(\S+)$/.exec(part.trim()) ?? []
    if (percent === undefined || hold === undefined)
      throw new UsageError(`${option}: "${part}" is no step such as 25:2m`)
    return { percent: Number(percent), for: hold }
  })
}

function readNumber(call: Call, option: string): number | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  if (!/^\d+([.]\d+)?$/.test(text)) throw new UsageError(`--${option} ${text} is no number`)
  return Number(text)
}
