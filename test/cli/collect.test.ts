import { expect, test } from 'vitest'
import { ApiClientError } from '../../src/cli/client.js'
import { lookOnAndOn, report } from '../../src/cli/collect.js'
import { samplesOf } from '../../src/cli/connections.js'

/** As ss writes it: connections of so many clients, IPv4 and IPv6 in turns, two of each. */
function connections(clients: number): string {
  const lines: string[] = []
  for (let i = 0; i < clients; i++)
    for (const port of [40000, 40001]) {
      const [high, low] = [i >> 8, i & 255]
      const ends =
        i % 2 === 0
          ? `192.0.2.1:443  203.${high}.${low}.7:${port}`
          : `[2001:db8::1]:443  [2001:db8:${high.toString(16)}:${low.toString(16)}::9]:${port}`
      lines.push(`0      0      ${ends}`, `\t cubic wscale:7,7 rto:204 rtt:${10 + (port - 40000) * 2}/1 mss:1448`)
    }
  return lines.join('\n')
}

test('thousands of connections are one sample a client, and are reported in batches until all are', async () => {
  const samples = samplesOf(connections(12_001), 443, 'eu')
  expect(samples).toHaveLength(12_001)
  for (const { rttMs, samples: count } of samples) expect([rttMs, count]).toEqual([11, 2])
  expect(samples[1]!.client).toBe('2001:db8:0:1::9')
  const posted: { readonly table?: string; readonly samples: readonly unknown[] }[] = []
  const api = {
    post: async (_path: string, body: unknown) => {
      posted.push(body as (typeof posted)[number]) // what `report` makes
      return { accepted: posted.at(-1)!.samples.length }
    },
  }
  expect(await report(api as Parameters<typeof report>[0], 'rum', samples)).toBe(12_001)
  expect(posted.map(({ table, samples }) => [table, samples.length])).toEqual([
    ['rum', 5000],
    ['rum', 5000],
    ['rum', 2001],
  ])
  expect(posted.flatMap(({ samples }) => samples)).toEqual(samples)
})

test('a server that refuses or is gone is told of, and looked for again; what is wrong here ends it', async () => {
  const turns = [
    async () => '5 clients reported',
    () => Promise.reject(new ApiClientError('the server cannot be reached')),
    async () => '6 clients reported',
    () => Promise.reject(new Error('there is no ss here')),
  ]
  const said: string[] = []
  let [turn, waits] = [0, 0]
  const call = {
    print: (text: string) => void said.push(text),
    complain: (text: string) => void said.push(`! ${text}`),
  }
  const wait = async (): Promise<void> => void waits++
  await expect(lookOnAndOn(() => turns[turn++]!(), call, wait)).rejects.toThrow('there is no ss here')
  expect(said).toEqual(['5 clients reported', '! the server cannot be reached', '6 clients reported'])
  expect(waits).toBe(3)
})
