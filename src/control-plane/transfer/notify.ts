// Telling secondaries of a change (RFC 1996): until they answer, or have been told often enough.
import { randomInt } from 'node:crypto'
import { FLAG } from '../../dns/message-reply.js'
import { MessageWriter, SECTION } from '../../dns/message-writer.js'
import { formatName, type Name, nameKey } from '../../dns/name.js'
import { CLASS, OPCODE, RCODE, rcodeName, TYPE } from '../../dns/numbers.js'
import type { TsigKeys } from '../../dns/tsig.js'
import { signRequest } from '../../dns/tsig-check.js'
import type { StaticView } from '../publish/static-view.js'
import type { Secondary } from '../traffic/document/zone.js'
import type { Archived } from './archive.js'
import type { OfficeEvents } from './events.js'

/** Waits for an answer after each attempt, ms (RFC 1996 §3.6 leaves them to us): a minute in all. */
export const NOTIFY_WAITS: readonly number[] = [2000, 4000, 8000, 16_000, 32_000]

/** Sends a datagram and resolves with the answer that has its id, or with undefined after `ms`, or when aborted. */
export type Exchange = (
  to: Secondary,
  message: Uint8Array,
  ms: number,
  signal: AbortSignal,
) => Promise<Uint8Array | undefined>

export interface NotifierOptions {
  readonly exchange: Exchange
  readonly keys: TsigKeys
  /** Seconds since 1970. */
  readonly now: () => number
  readonly events: Pick<OfficeEvents, 'count' | 'info' | 'warn'>
}

export class Notifier {
  private readonly options: NotifierOptions
  /** Zone and secondary → what ends the attempts that are under way. */
  private readonly running = new Map<string, AbortController>()

  constructor(options: NotifierOptions) {
    this.options = options
  }

  /** Tells all secondaries of the zone; who is still being told of an older serial is told of this one instead. */
  changed(archived: Archived): void {
    for (const to of archived.zone.transfer.notify) {
      const { view } = archived
      const key = `${nameKey(view.origin)} ${placeOf(to)}`
      this.running.get(key)?.abort()
      const controller = new AbortController()
      this.running.set(key, controller)
      void this.tell(to, view, controller.signal).finally(() => {
        if (this.running.get(key) === controller) this.running.delete(key)
      })
    }
  }

  close(): void {
    for (const controller of this.running.values()) controller.abort()
  }

  private async tell(to: Secondary, view: StaticView, signal: AbortSignal): Promise<void> {
    const { events, exchange } = this.options
    const what = `${placeOf(to)} of serial ${view.serial} of ${formatName(view.origin)}`
    try {
      for (const ms of NOTIFY_WAITS) {
        const answer = await exchange(to, this.message(view, to.key), ms, signal)
        if (signal.aborted) return
        if (answer === undefined) continue
        // §3.12: whatever it says, it has heard us. Its signature, if any, would only tell who stops us from repeating it.
        const rcode = answer[3]! & 15
        events.count('notify-out', rcodeName(rcode))
        if (rcode !== RCODE.NOERROR) events.warn(`told ${what}, which answered ${rcodeName(rcode)}`)
        return
      }
      events.count('notify-out', 'timeout')
      events.warn(`told ${what} ${NOTIFY_WAITS.length} times and got no answer`)
    } catch (error) {
      events.count('notify-out', 'error')
      events.warn(`could not tell ${what}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  private message({ origin, soa }: StaticView, keyName: Name | undefined): Uint8Array {
    const writer = new MessageWriter(randomInt(65_536), (OPCODE.NOTIFY << 11) | FLAG.authoritative, 1024)
    writer.question(origin, TYPE.SOA)
    writer.record(SECTION.answer, { ...soa, rclass: CLASS.IN })
    const message = writer.finish()
    if (keyName === undefined) return message
    const key = this.options.keys.get(nameKey(keyName))
    if (key === undefined) throw new Error(`the settings have no key ${formatName(keyName)}`)
    return signRequest(message, key, this.options.now())
  }
}

const placeOf = ({ host, port }: Secondary): string => `${host} port ${port}`
