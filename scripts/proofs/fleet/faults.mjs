// What befalls a fleet, one thing after the other; each leaves everything whole.
import { setTimeout as pause } from 'node:timers/promises'
import { end, start, until } from './process.mjs'

/** How wrong a clock is. */
const SKEW_S = 30
/** As the nodes have it: see node.mjs. */
const SILENCE_S = 3
const LOSS_PERCENT = 5
/** What a disk takes for each time that it is told to keep something. */
const SLOW_MS = 300
/** Long enough for what is out of step to be noticed. */
const HOLD_MS = 2000

/**
 * By name. `spared` are the nodes that are asked all along, by their places; all three unless told.
 * @param world nodes, etcd, the addresses of its members and of the regions, and what can be done and claimed; see fleet.mjs
 */
export const FAULTS = {
  'a node is killed': {
    spared: [0, 1],
    async happen({ nodes: [a, b, c], goOn }) {
      await c.kill()
      await goOn(a, b)
      await c.begin()
    },
  },
  'the leader of etcd is killed': {
    async happen({ nodes: [a, , c], etcd, goOn }) {
      const leader = await etcd.leader()
      await etcd.kill(leader)
      await goOn(a, c)
      await etcd.restart(leader)
    },
  },
  'the leader of etcd stands still': {
    async happen({ nodes: [, b, c], etcd, edit, goOn }) {
      const leader = await etcd.leader()
      etcd.hold(leader, true)
      await goOn(b)
      etcd.hold(leader, false)
      await edit(c)
    },
  },
  'etcd loses its quorum; a node starts meanwhile': {
    spared: [0, 2],
    async happen({ nodes: [a, b, c], etcd, edit, goOn, refusedOn, saysAway, answersNewest, claim }) {
      await etcd.kill(0)
      await etcd.kill(1)
      await refusedOn(a)
      await saysAway(c)
      await b.kill()
      await b.begin()
      await answersNewest(b)
      claim('without etcd, a node that starts says that it serves its copy', b.said().includes('the copy of'))
      await goOn()
      await etcd.restart(0, 1)
      await edit(b)
    },
  },
  'one node is cut off from etcd': {
    async happen({ nodes: [a, b, c], members, newest, edit, goOn, refusedOn, numberOn, claim }) {
      a.machine.cut(...members)
      await refusedOn(a)
      const before = newest()
      await edit(b)
      const numbers = [await numberOn(a), await numberOn(b)]
      claim('a node that is cut off answers with what it knew', numbers[0] === before && numbers[1] === newest())
      await until('its silence is noticed', async () => (await c.api('GET', '/v1/fleet')).body.nodes.length === 2)
      await goOn(b, c)
      a.machine.mend()
    },
  },
  'all nodes are cut off from etcd': {
    async happen({ nodes, members, goOn, refusedOn, saysAway }) {
      for (const { machine } of nodes) machine.cut(...members)
      await refusedOn(nodes[1])
      await Promise.all(nodes.map(saysAway))
      await goOn()
      for (const { machine } of nodes) machine.mend()
    },
  },
  'half of the probes are cut': {
    async happen({ nodes: [a, b, c], regions, goOn, viewOn, claim }) {
      a.machine.cut(...regions)
      b.machine.cut(regions[0])
      // Who reaches nothing has no vote, so that one of two is left who says that it is up.
      await until('both miss it', async () => !(await viewOn(b)).own && (await viewOn(c)).of === 2)
      await goOn(c, a)
      await pause(HOLD_MS)
      const ups = await Promise.all([a, b, c].map(async node => (await viewOn(node)).up))
      claim('a region that one of two who can tell reaches stays', !ups.includes(false))
      a.machine.mend()
      b.machine.mend()
      await until('all see it', async () => (await viewOn(c)).ups === 3)
    },
  },
  'a clock is 30 s wrong': {
    spared: [0, 1],
    async happen({ nodes: [a, , c], edit, goOn, override, overrideOn, claim }) {
      await c.stop()
      await c.begin('env', ...skewed(SKEW_S))
      await edit(c)
      await edit(a)
      await override(a, SKEW_S + 15)
      await until('the wrong clock has heard of it', () => overrideOn(c))
      await pause(HOLD_MS)
      const held = await Promise.all([overrideOn(a), overrideOn(c)])
      claim('an override that is longer than a clock is wrong holds on all', held.every(Boolean))
      const ahead = await until('the others say whose clock is wrong', async () => {
        const { body } = await a.api('GET', '/v1/fleet')
        return body.nodes.find(({ node }) => node === c.name)?.clockAheadMs
      })
      const off = ahead / 1000 - SKEW_S
      // What takes longer to be heard than a node may be silent is not heard at all.
      claim('the others know by how much a clock is wrong', off > -SILENCE_S && off < 1)
      await goOn(c, a)
      await override(a, 0)
      await c.stop()
      await c.begin()
    },
  },
  'a disk is full': {
    async happen({ nodes: [a, b, c], edit, goOn }) {
      const file = `${c.state}/ballast`
      c.machine.run('sh', '-c', `cat /dev/zero > ${file} 2> /dev/null || true`)
      await edit(c)
      await edit(a)
      await until('it says so', () => /fleet-copy.json cannot be written/.test(c.said()))
      await goOn(a, b, c)
      c.machine.run('rm', file)
      await edit(b)
    },
  },
  'a disk of etcd is full': {
    async happen({ nodes: [a, b], etcd, fill, edit, goOn }) {
      fill(0, true)
      await until('the member has ended', async () => {
        await edit(a)
        return etcd.hasEnded(0)
      })
      await goOn(a, b)
      fill(0, false)
      await etcd.restart(0)
      await edit(b)
    },
  },
  'a copy is damaged': {
    spared: [0, 1],
    async happen({ nodes: [a, , c], goOn, claim }) {
      await c.stop()
      c.machine.run('sh', '-c', `echo nonsense > ${c.state}/fleet-copy.json`)
      await c.begin()
      claim('a copy that is damaged is not served, and that is said', c.said().includes('does not bear the seal'))
      await goOn(a, c)
    },
  },
  'disks are slow': {
    async happen({ nodes: [a, b, c], etcd, goOn }) {
      const slowed = [slow(etcd.program(await etcd.leader())), slow(c.program())]
      await Promise.all(slowed.map(({ begun }) => begun))
      await goOn(a, c, b)
      for (const { tracer } of slowed) await end(tracer, 'SIGINT')
    },
  },
  '5 % of all packets are lost': {
    async happen({ nodes, machines, goOn }) {
      for (const machine of machines) machine.lose(LOSS_PERCENT)
      await goOn(...nodes)
      for (const machine of machines) machine.lose(0)
    },
  },
}

/** By the library of faketime(1), since its program would stand between us and the node; `$LIB` is for ld.so(8). */
const skewed = seconds => [
  'LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1',
  `FAKETIME=+${seconds}`,
  'DONT_FAKE_MONOTONIC=1',
]

/** From now on every fsync of a process takes so much longer (strace(1), inject). */
function slow(pid) {
  const delay = `inject=fsync,fdatasync:delay_enter=${SLOW_MS * 1000}`
  const tracer = start('strace', ['-f', '-p', String(pid), '-e', 'trace=fsync,fdatasync', '-e', delay])
  return { tracer, begun: until('strace is there', () => /attached/.test(tracer.said)) }
}
