// dnstap of a node: each sampled query and its response, whole, into a file or to a program that listens at a Unix socket.
import { hostname } from 'node:os'
import { RotatingFile } from '../control-plane/state/rotating-file.js'
import type { Bound } from '../data-plane/transport.js'
import type { Sampled } from '../data-plane/workers.js'
import { parseAddress } from '../dns/address.js'
import { DNSTAP_CONTENT_TYPE, type Tapped, Tapper } from '../dns/dnstap.js'
import { controlFrame, dataFrame } from '../dns/frame-stream.js'
import type { Log } from '../log.js'
import type { TapSetting } from '../settings-samples.js'
import type { SampleSink } from './query-log.js'
import type { SampleReader } from './sample-watch.js'
import { TapSocket } from './tap-socket.js'

const FRAME = { head: controlFrame('start', DNSTAP_CONTENT_TYPE), tail: controlFrame('stop') } as const

export function openTap(setting: TapSetting, release: string, log: Log): SampleSink {
  const tapper = new Tapper(setting.identity ?? hostname(), `meridian ${release}`)
  return 'socket' in setting ? intoSocket(setting.socket, tapper, log) : intoFile(setting, tapper, log)
}

function intoSocket(path: string, tapper: Tapper, log: Log): SampleSink {
  const socket = new TapSocket(path, DNSTAP_CONTENT_TYPE, (sentence, good) => log[good ? 'info' : 'warn'](sentence))
  return {
    take: tellInTaps(tapper, payload => socket.write(payload)),
    counts: () => ({ written: socket.written, lost: socket.lost }),
    close: () => socket.close(),
  }
}

function intoFile({ file, bytes, keep }: Extract<TapSetting, { file: string }>, tapper: Tapper, log: Log): SampleSink {
  const frames = new RotatingFile(file, {
    limit: bytes,
    keep,
    frame: FRAME,
    onProblem: (sentence, err) => log.error({ err }, `the dnstap file ${sentence}`),
  })
  return {
    take: tellInTaps(tapper, payload => frames.write([dataFrame(payload)])),
    counts: () => ({ written: frames.written, lost: frames.lost }),
    close: () => frames.close(),
  }
}

/** A query and its response are two messages; what was not kept of them is none. */
function tellInTaps(tapper: Tapper, write: (payload: Uint8Array) => void): SampleReader {
  let known: Sampled['bound']
  let address: Uint8Array | undefined
  return ({ at, weight, transport, region, reason }, { packets }, bound) => {
    if (packets === undefined) return
    if (bound !== known) {
      known = bound
      address = bound && ownAddress(bound)
    }
    const { query, response } = packets
    const extra = Buffer.from(JSON.stringify({ reason, region, oneIn: weight }))
    const tell = (kind: Tapped['kind'], message: Uint8Array | undefined): void => {
      if (message === undefined) return
      const tapped: Tapped = {
        kind,
        protocol: transport as Tapped['protocol'], // named by the same words
        queryAddress: packets.address,
        queryPort: packets.port,
        responseAddress: address,
        responsePort: bound?.port ?? 0,
        at,
        message,
      }
      write(tapper.encode(tapped, extra))
    }
    tell('query', query)
    tell('response', response)
  }
}

/** On a socket of all addresses nobody says which of them it was. */
function ownAddress({ address }: Bound): Uint8Array | undefined {
  const bytes = parseAddress(address)
  return bytes?.some(byte => byte !== 0) === true ? bytes : undefined
}
