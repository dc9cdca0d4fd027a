// Machines of a proof on one network: each has namespaces of its own for its network, mounts and processes. The proof itself is the
// rest of the network: it runs in namespaces too, with a bridge to which every machine has a cable.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { end, start, until } from '../fleet/process.mjs'

/** What the proof needs of `unshare` for itself; see inside.mjs. */
export const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
const BRIDGE = 'br0'

export const call = (program, ...words) =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const ip = line => call('ip', ...line.split(' '))

/** The network, and the addresses of the proof on it, such as `192.0.2.1/24`. */
export function layNetwork(...addresses) {
  ip('link set lo up')
  ip(`link add ${BRIDGE} type bridge forward_delay 0 mcast_snooping 0`)
  for (const address of addresses) ip(`address add ${address} dev ${BRIDGE}`)
  ip(`link set ${BRIDGE} up`)
}

/** @param name of at most 15 characters, as its cable is called */
export async function startMachine(name, ...addresses) {
  const script = 'mount -t tmpfs none /run && ip link set lo up && echo up && exec sleep infinity'
  const words = [...NAMESPACES, '--net', 'sh', '-c', script]
  const holder = start('unshare', words)
  await until(`machine ${name}`, () => holder.said.includes('up'), 5)
  const first = childOf(holder.pid)
  const enter = ['--target', String(first), '--mount', '--net', '--pid']
  const run = (...words) => call('nsenter', ...enter, ...words)
  ip(`link add ${name} type veth peer name eth0 netns ${first}`)
  ip(`link set ${name} master ${BRIDGE} up`)
  for (const address of addresses) run('ip', 'address', 'add', address, 'dev', 'eth0')
  run('ip', 'link', 'set', 'eth0', 'up')
  return {
    name,
    /** The first of its addresses. */
    address: addresses[0]?.split('/')[0],
    /** Runs a program to its end. @returns what it prints @throws where it fails */
    run,
    /** @returns a process; its `kill` is for the program itself */
    start(...words) {
      const child = start('nsenter', [...enter, ...words])
      const { pid } = child
      child.kill = signal => {
        const program = childOf(pid)
        // nsenter stands still with its program, and would not see it end.
        if (signal === 'SIGCONT') signalTo(pid, signal)
        return program !== undefined && process.kill(program, signal)
      }
      /** As the proof numbers it. */
      child.program = () => childOf(pid)
      return child
    },
    /** From now on it and these addresses hear nothing of each other. */
    cut(...addresses) {
      const set = `{ ${addresses.join(', ')} }`
      run(
        'nft',
        `table inet cut { chain in { type filter hook input priority 0; ip saddr ${set} drop; }; chain out { type filter hook output priority 0; ip daddr ${set} drop; }; }`,
      )
    },
    mend: () => run('nft', 'delete table inet cut'),
    /** From now on so many packets of a hundred that come to it are lost; with 0 none. */
    lose(percent) {
      if (percent === 0) run('nft', 'delete table inet loss')
      else
        run(
          'nft',
          `table inet loss { chain in { type filter hook input priority 0; iifname eth0 numgen random mod 100 < ${percent} drop; }; }`,
        )
    },
    /** All that runs on it ends at once, without a word. */
    async powerOff() {
      // First of all: what ends says good-bye to whoever is connected to it.
      ip(`link set ${name} down`)
      process.kill(first, 'SIGKILL')
      await end(holder, 'SIGKILL')
      // The system takes its network apart when it finds the time, and its cable with it.
      spawnSync('ip', ['link', 'delete', name])
    },
  }
}

function signalTo(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone.
  }
}

/** The one child of a process; undefined where there is none, or no such process any more. */
function childOf(pid) {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    return Number(child) || undefined
  } catch {
    return undefined
  }
}
