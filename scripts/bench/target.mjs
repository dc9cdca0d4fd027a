// What is probed in the case of 10,000 checks: answers on every loopback address, and writes down when each was asked.
import { createServer } from 'node:http'

const BIN_MS = 100

/** When each address was last asked, also before the count began: a probe that never comes is late as well. */
const last = new Map()
let seen = new Set()
let bins = new Map()
let probes = 0
let longestGapMs = 0
/** From one probe of an address to the next, ms. */
let gaps = []
let counting = false

const server = createServer((request, response) => {
  const now = performance.now()
  const { localAddress } = request.socket
  const before = last.get(localAddress)
  last.set(localAddress, now)
  if (counting) {
    probes++
    seen.add(localAddress)
    if (before !== undefined) {
      longestGapMs = Math.max(longestGapMs, now - before)
      gaps.push(now - before)
    }
    const bin = Math.floor(now / BIN_MS)
    bins.set(bin, (bins.get(bin) ?? 0) + 1)
  }
  response.end()
})
server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, () => process.send({ port: server.address().port }))

process.on('message', order => {
  counting = order === 'begin'
  if (counting) {
    seen = new Set()
    bins = new Map()
    probes = longestGapMs = 0
    gaps = []
    return
  }
  const now = performance.now()
  for (const before of last.values()) longestGapMs = Math.max(longestGapMs, now - before)
  const mean = probes / Math.max(1, bins.size)
  process.send({ probes, targets: seen.size, longestGapMs, gaps, busiest: Math.max(0, ...bins.values()) / mean })
})
process.on('disconnect', () => process.exit())
