// Whether a node answers, for what moves an address or withdraws a route when it does not: once, or again and again.
import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { confirmSpacing, first, type Streak, step } from '../control-plane/health/streak.js'
import { decodeMessage, encodeQuery } from '../dns/message.js'
import { equalNames, formatName, type Name } from '../dns/name.js'
import { RCODE, rcodeName, TYPE } from '../dns/numbers.js'

/** One exchange by UDP. Undefined where no answer comes in time. */
export type AskOnce = (query: Uint8Array) => Promise<Uint8Array | undefined>

/** What is wrong with the first zone that is not served; undefined where all are. */
export async function faultOf(zones: readonly Name[], id: () => number, ask: AskOnce): Promise<string | undefined> {
  for (const zone of zones) {
    const bytes = await ask(encodeQuery({ name: zone, type: TYPE.SOA, recursionDesired: false, id: id() }))
    const fault = bytes === undefined ? 'does not answer' : faultIn(bytes, zone)
    if (fault !== undefined) return `${formatName(zone)}: ${fault}`
  }
  return undefined
}

/** A resolver on this machine could answer as well: only who has the authority counts. */
function faultIn(bytes: Uint8Array, zone: Name): string | undefined {
  try {
    const { rcode, authoritative, answers } = decodeMessage(bytes)
    if (rcode !== RCODE.NOERROR) return `answers with ${rcodeName(rcode)}`
    if (!authoritative) return 'answers without authority'
    const isThere = answers.some(({ type, owner }) => type === TYPE.SOA && equalNames(owner, zone))
    return isThere ? undefined : 'has no SOA in its answer'
  } catch (error) {
    return `answers with what is no message: ${error instanceof Error ? error.message : error}`
  }
}

export interface Gate {
  readonly everyMs: number
  readonly rise: number
  readonly fall: number
  /** Undefined where all is well. */
  look(): Promise<string | undefined>
  /** @throws Error in words where it could not be told */
  tell(up: boolean, why: string): Promise<void>
  complain(text: string): void
  /** Resolves at once when the signal is given. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** ms, from any point in time. */
  now(): number
}

/** From one time that the same is told to the next, ms: a routing daemon that was restarted has forgotten it. */
const AGAIN_MS = 10_000

/** Tells what it sees until the signal is given, and then that the node is lost: nobody would see it any more. */
export async function watchGate(gate: Gate, signal: AbortSignal): Promise<void> {
  let streak: Streak | undefined
  let told: { readonly up: boolean; readonly at: number } | undefined
  while (!signal.aborted) {
    const fault = await gate.look()
    streak = streak === undefined ? first(fault === undefined) : step(streak, fault === undefined, gate)
    const isDue = told?.up !== streak.up || gate.now() - told.at >= AGAIN_MS
    if (isDue && !signal.aborted)
      // What could not be told is told again after the next look.
      told = (await tell(gate, streak.up, fault ?? 'it answers')) ? { up: streak.up, at: gate.now() } : undefined
    await gate.pause(streak.up && streak.run > 0 ? confirmSpacing({ intervalMs: gate.everyMs }) : gate.everyMs, signal)
  }
  await tell(gate, false, 'the gate ends')
}

async function tell(gate: Gate, up: boolean, why: string): Promise<boolean> {
  try {
    await gate.tell(up, why)
    return true
  } catch (error) {
    gate.complain(error instanceof Error ? error.message : String(error))
    return false
  }
}

export const pauseUnlessDone = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => {})

/** For a daemon that hangs, ms. */
const COMMAND_MS = 5000

/** What it prints goes where ours goes: ExaBGP reads there. @throws Error in words where it fails */
export function shell(command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'], timeout: COMMAND_MS })
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`"${command}" ended with ${code ?? signal}`)),
    )
  })
}
