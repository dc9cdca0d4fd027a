import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type HandsOver, handOver, type Younger } from '../../src/cli/hand-over.js'
import { inheritance, type Word } from '../../src/cli/take-over.js'

const UDP = 'udp 127.0.0.1 port 53'
const API = 'admin API 127.0.0.1 port 8053'

/** What happens, in the order in which it does. */
function stage() {
  const course: string[] = []
  let hasApi = true
  const running: HandsOver = {
    sockets: () => new Map([[UDP, [20, 21]], ...(hasApi ? [[API, [22]] as const] : [])]),
    async letGo() {
      hasApi = false
      course.push('let go')
    },
  }
  /** Processes, each of which says so much and ends, unless it serves. */
  const begin = (...lives: readonly (readonly Word[])[]): ((sockets: ReadonlyMap<string, unknown>) => Younger) => {
    const left = [...lives]
    return sockets => {
      course.push(`begin with ${[...sockets.keys()].join(' and ')}`)
      const words = left.shift() ?? []
      return {
        pid: 4711,
        says: async word => words.includes(word),
        tell: word => void course.push(`tell ${word}`),
        fate: () => 'ended with 1',
        end: () => void course.push('end'),
        leave: () => void course.push('leave'),
        makeWay: () => void course.push('make way'),
      }
    }
  }
  const go = (
    lives: readonly (readonly Word[])[],
    stopping = new AbortController().signal,
  ): Promise<Younger | undefined> => handOver(running, pino({ level: 'silent' }), stopping, begin(...lives), 0)
  return { course, go }
}

test('the state is let go of when the other one has found nothing against a start, and not before', async () => {
  const { course, go } = stage()
  expect((await go([['sound', 'serving']]))?.pid).toBe(4711)
  expect(course).toEqual([`begin with ${UDP} and ${API}`, 'let go', 'tell yours', 'leave'])
})

test('nothing is let go of where the other one cannot start', async () => {
  const { course, go } = stage()
  expect(await go([[]])).toBe(undefined)
  expect(course).toEqual([`begin with ${UDP} and ${API}`])
})

test('where it fails after that, others are tried, with the sockets that are left, until one serves', async () => {
  const { course, go } = stage()
  expect((await go([['sound'], [], ['sound'], ['sound', 'serving']]))?.pid).toBe(4711)
  const again = `begin with ${UDP}`
  expect(course).toEqual([
    `begin with ${UDP} and ${API}`,
    'let go',
    'tell yours',
    ...[again, again, 'tell yours', again, 'tell yours'],
    'leave',
  ])
})

test('a node that is told to stop tries no other one', async () => {
  const { course, go } = stage()
  const end = new AbortController()
  const over = go([['sound']], end.signal)
  end.abort()
  expect(await over).toBe(undefined)
  expect(course).not.toContain('leave')
  expect(course).toContain('end')
})

test('sockets are numbered in the order of their names, behind the usual three and the way between the two', () => {
  expect(inheritance([UDP, UDP, API])).toEqual(
    new Map([
      [UDP, [4, 5]],
      [API, [6]],
    ]),
  )
})
